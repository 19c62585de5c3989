import assert from "node:assert/strict";
import { testWith } from "../../../testing/needs.ts";
import { digestText } from "../../core/mod.ts";
import { now, open, openInMemory } from "./_scene.ts";

testWith(["linux"], "the inotify view asks by stat what is beyond the watch limit", () => {
  using scene = open({ maxWatches: 1 });
  const { view, root } = scene;
  Deno.writeTextFileSync(`${root}/a.h`, "one");
  assert.equal(now(view, `${root}/a.h`), digestText("one"));
  assert.deepEqual(view.coverage, { watchedFolders: 1, byStat: { "watch-limit": 1 }, limit: 1, resets: 0 });
  Deno.writeTextFileSync(`${root}/a.h`, "two");
  assert.equal(now(view, `${root}/a.h`), digestText("two"));
});

testWith(
  ["linux"],
  "the inotify view asks by stat when there are watches for folders but not for the file",
  () => {
    using probe = open();
    now(probe.view, `${probe.root}/a.h`);
    using scene = open({ maxWatches: probe.view.coverage.watchedFolders });
    const { view, root } = scene;
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    assert.equal(now(view, `${root}/a.h`), digestText("one"));
    assert.deepEqual(view.coverage.byStat, { "watch-limit": 1 });
    Deno.mkdirSync(`${root}/there`);
    Deno.linkSync(`${root}/a.h`, `${root}/there/b.h`);
    Deno.writeTextFileSync(`${root}/there/b.h`, "two");
    assert.equal(now(view, `${root}/a.h`), digestText("two"));
  },
);

testWith(["linux"], "the inotify view asks by stat in file systems of the kernel's own", () => {
  using scene = open();
  assert.notEqual(now(scene.view, "/proc/self/status"), "absent");
  assert.deepEqual(scene.view.coverage.byStat, { pseudo: 1 });
});

testWith(["linux"], "the inotify view gives the inotify watches of a released folder back", () => {
  using scene = open();
  const { view, root } = scene;
  Deno.mkdirSync(`${root}/tree/sub`, { recursive: true });
  Deno.writeTextFileSync(`${root}/tree/sub/a.h`, "one");
  const idle = countWatches(root);
  now(view, `${root}/a.h`);
  const before = countWatches(root);
  now(view, `${root}/tree/sub/a.h`);
  assert.equal(countWatches(root), before + 3);
  assert.equal(view.release(`${root}/tree`), 1);
  assert.equal(countWatches(root), before);
  assert.ok(before > idle);
});

testWith(["linux"], "the inotify view keeps its watches in number over a thousand replaced files", () => {
  using scene = openInMemory();
  const { view, root } = scene;
  Deno.writeTextFileSync(`${root}/a.h`, "one");
  now(view, `${root}/a.h`);
  const before = countWatches(root);
  for (let i = 0; i < 1000; i++) {
    Deno.writeTextFileSync(`${root}/fresh`, `text ${i}`);
    Deno.renameSync(`${root}/fresh`, `${root}/a.h`);
    assert.equal(now(view, `${root}/a.h`), digestText(`text ${i}`));
  }
  assert.equal(countWatches(root), before);
});

/** Watches of this process on files and folders below one: other tests of the process have watches of their own. */
function countWatches(root: string): number {
  const inodes = new Set(inodesBelow(root).map((ino) => ino.toString(16)));
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc/self/fdinfo")) {
    try {
      const text = Deno.readTextFileSync(`/proc/self/fdinfo/${name}`);
      for (const [, ino] of text.matchAll(/^inotify wd:\S+ ino:(\S+)/gm)) if (inodes.has(ino!)) count++;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return count;
}

function inodesBelow(path: string): number[] {
  const { ino, isDirectory } = Deno.lstatSync(path);
  const below = isDirectory
    ? [...Deno.readDirSync(path)].flatMap(({ name }) => inodesBelow(`${path}/${name}`))
    : [];
  return [ino ?? 0, ...below];
}
