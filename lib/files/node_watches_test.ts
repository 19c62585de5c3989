import assert from "node:assert/strict";
import { NodeWatches } from "./node_watches.ts";
import { nodeAt, PathNode } from "./path_node.ts";
import type { Watcher } from "./system.ts";

/** A watcher that grants everything. */
function generous(): Watcher {
  const handles = new Map<string, number>();
  return {
    watch: (path) => {
      const handle = handles.get(path) ?? handles.size;
      handles.set(path, handle);
      return handle;
    },
    unwatch: () => {},
    pending: () => false,
    drain: () => {},
    [Symbol.dispose]: () => {},
  };
}

function watches(maxWatches: number): NodeWatches {
  return new NodeWatches({ watcher: generous(), listener: { generation: 1 }, maxWatches });
}

function addLeaves(to: NodeWatches, root: PathNode, count: number): (string | undefined)[] {
  return Array.from({ length: count }, (_, i) => to.addLeaf(nodeAt(root, `/d/${i}.c`), 1));
}

Deno.test("NodeWatches leaves room for folders, however many files there are", () => {
  const root = new PathNode(undefined, "");
  const some = watches(20);
  assert.equal(some.addFolder(root), undefined);
  const leaves = addLeaves(some, root, 40);
  assert.equal(leaves.filter((reason) => reason === undefined).length, 15);
  assert.equal(leaves.at(-1), "watch-limit");
  for (const name of ["/d", "/e", "/f", "/g"]) {
    assert.equal(some.addFolder(nodeAt(root, name)), undefined, name);
  }
  assert.equal(some.addFolder(nodeAt(root, "/h")), "watch-limit");
  assert.equal(some.folders, 5);
});

Deno.test("NodeWatches gives files no more than folders leave", () => {
  const root = new PathNode(undefined, "");
  const some = watches(8);
  for (let i = 0; i < 6; i++) assert.equal(some.addFolder(nodeAt(root, `/f${i}`)), undefined);
  assert.deepEqual(addLeaves(some, root, 3), [undefined, undefined, "watch-limit"]);
});

Deno.test("NodeWatches gives the room of what ended to others", () => {
  const root = new PathNode(undefined, "");
  const some = watches(4);
  assert.deepEqual(addLeaves(some, root, 4), [undefined, undefined, undefined, "watch-limit"]);
  some.end(nodeAt(root, "/d/0.c"));
  assert.equal(some.addLeaf(nodeAt(root, "/d/3.c"), 1), undefined);
});
