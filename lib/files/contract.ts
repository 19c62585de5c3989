import assert from "node:assert/strict";
import { type Digest, digestText, isDigest } from "../core/mod.ts";
import type { FileView } from "./file_view.ts";

/** A view and the folder in which the contract may do as it likes. */
export interface Bench extends Disposable {
  readonly view: FileView;
  readonly root: string;
  /** Whether changes come as events: then a restored stat identity hides nothing. */
  readonly exact: boolean;
}

const OLD = new Date("2020-01-01T00:00:00.123Z");

/** The digest of a text, as a state. */
function of(text: string): Digest {
  return digestText(text);
}

/** Tracks a path and gives its state now. */
function now(view: FileView, path: string): string {
  view.barrier();
  const state = view.state(view.track(path));
  view.barrier();
  assert.equal(
    view.changedSince(Int32Array.of(view.track(path)), view.generation),
    false,
    "settled and still changed",
  );
  return state;
}

type Check = (bench: Bench) => void;

/** One row a promise: what is set up, what is done behind the view's back, what it must say. */
const STATES: readonly (readonly [name: string, check: Check])[] = [
  ["an edit of the same size and mtime", ({ view, root }) => {
    const path = `${root}/a.h`;
    Deno.writeTextFileSync(path, "int a;");
    Deno.utimeSync(path, OLD, OLD);
    expectChange(view, path, () => {
      Deno.writeTextFileSync(path, "int b;");
      Deno.utimeSync(path, OLD, OLD);
    });
    assert.equal(now(view, path), of("int b;"));
  }],
  ["an append and a truncation", ({ view, root }) => {
    const path = `${root}/a.h`;
    Deno.writeTextFileSync(path, "one\n");
    expectChange(view, path, () => Deno.writeTextFileSync(path, "two\n", { append: true }));
    assert.equal(now(view, path), of("one\ntwo\n"));
    expectChange(view, path, () => Deno.truncateSync(path, 3));
    assert.equal(now(view, path), of("one"));
  }],
  ["a rename over the file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "old");
    Deno.writeTextFileSync(`${root}/b.h`, "new");
    Deno.utimeSync(`${root}/b.h`, OLD, OLD);
    expectChange(view, `${root}/a.h`, () => Deno.renameSync(`${root}/b.h`, `${root}/a.h`));
    assert.equal(now(view, `${root}/a.h`), of("new"));
  }],
  ["a rename away and back", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    expectChange(view, `${root}/a.h`, () => Deno.renameSync(`${root}/a.h`, `${root}/b.h`));
    assert.equal(now(view, `${root}/a.h`), "absent");
    Deno.renameSync(`${root}/b.h`, `${root}/a.h`);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["deletion and another file of the same size", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    expectChange(view, `${root}/a.h`, () => Deno.removeSync(`${root}/a.h`));
    assert.equal(now(view, `${root}/a.h`), "absent");
    Deno.writeTextFileSync(`${root}/a.h`, "two");
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["a touch", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    assert.equal(now(view, `${root}/a.h`), of("text"));
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["a file that nobody may read, and may again", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    assert.equal(now(view, `${root}/a.h`), of("text"));
    Deno.chmodSync(`${root}/a.h`, 0o000);
    assert.equal(now(view, `${root}/a.h`), Deno.uid() === 0 ? of("text") : "unreadable");
    Deno.chmodSync(`${root}/a.h`, 0o600);
    assert.equal(now(view, `${root}/a.h`), of("text"));
  }],
  ["a folder in place of the file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    expectChange(view, `${root}/a.h`, () => {
      Deno.removeSync(`${root}/a.h`);
      Deno.mkdirSync(`${root}/a.h`);
    });
    assert.equal(now(view, `${root}/a.h`), "folder");
  }],
  ["a retargeted link to a file", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/one.h`, "one");
    Deno.writeTextFileSync(`${root}/two.h`, "two");
    Deno.symlinkSync("one.h", `${root}/a.h`);
    expectChange(view, `${root}/a.h`, () => {
      Deno.symlinkSync("two.h", `${root}/fresh`);
      Deno.renameSync(`${root}/fresh`, `${root}/a.h`);
    });
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["an edit of a link's target in another folder", ({ view, root }) => {
    Deno.mkdirSync(`${root}/there`);
    Deno.writeTextFileSync(`${root}/there/a.h`, "one");
    Deno.symlinkSync(`${root}/there/a.h`, `${root}/link.h`);
    Deno.symlinkSync("link.h", `${root}/chain.h`);
    expectChange(view, `${root}/chain.h`, () => Deno.writeTextFileSync(`${root}/there/a.h`, "two"));
    assert.equal(now(view, `${root}/chain.h`), of("two"));
  }],
  ["a retargeted link to a folder", ({ view, root }) => {
    for (const name of ["v1", "v2"]) {
      Deno.mkdirSync(`${root}/${name}/sub`, { recursive: true });
      Deno.writeTextFileSync(`${root}/${name}/sub/a.h`, name);
    }
    Deno.symlinkSync("v1", `${root}/cur`);
    expectChange(view, `${root}/cur/sub/a.h`, () => {
      Deno.removeSync(`${root}/cur`);
      Deno.symlinkSync("v2", `${root}/cur`);
    });
    assert.equal(now(view, `${root}/cur/sub/a.h`), of("v2"));
  }],
  ["a link that climbs out of another link's target", ({ view, root }) => {
    for (const name of ["p", "q"]) {
      Deno.mkdirSync(`${root}/${name}/in`, { recursive: true });
      Deno.writeTextFileSync(`${root}/${name}/a.h`, name);
    }
    Deno.symlinkSync("p/in", `${root}/d`);
    Deno.symlinkSync("d/../a.h", `${root}/x.h`);
    expectChange(view, `${root}/x.h`, () => {
      Deno.removeSync(`${root}/d`);
      Deno.symlinkSync("q/in", `${root}/d`);
    });
    assert.equal(now(view, `${root}/x.h`), of("q"));
  }],
  ["a loop of links, opened", ({ view, root }) => {
    Deno.symlinkSync("b", `${root}/a`);
    Deno.symlinkSync("a", `${root}/b`);
    assert.equal(now(view, `${root}/a`), "unreadable");
    Deno.removeSync(`${root}/b`);
    Deno.writeTextFileSync(`${root}/b`, "text");
    assert.equal(now(view, `${root}/a`), of("text"));
  }],
  ["a renamed parent and grandparent, another in its place", ({ view, root }) => {
    Deno.mkdirSync(`${root}/g/p`, { recursive: true });
    Deno.mkdirSync(`${root}/other/p`, { recursive: true });
    Deno.writeTextFileSync(`${root}/g/p/a.h`, "one");
    Deno.writeTextFileSync(`${root}/other/p/a.h`, "two");
    expectChange(view, `${root}/g/p/a.h`, () => Deno.renameSync(`${root}/g/p`, `${root}/g/q`));
    assert.equal(now(view, `${root}/g/p/a.h`), "absent");
    Deno.renameSync(`${root}/g/q`, `${root}/g/p`);
    expectChange(view, `${root}/g/p/a.h`, () => {
      Deno.renameSync(`${root}/g`, `${root}/gone`);
      Deno.renameSync(`${root}/other`, `${root}/g`);
    });
    assert.equal(now(view, `${root}/g/p/a.h`), of("two"));
    Deno.writeTextFileSync(`${root}/g/p/a.h`, "six");
    assert.equal(now(view, `${root}/g/p/a.h`), of("six"));
  }],
  ["a whole chain of folders that appears", ({ view, root }) => {
    const path = `${root}/a/b/c/x.h`;
    expectChange(view, path, () => {
      Deno.mkdirSync(`${root}/a/b/c`, { recursive: true });
      Deno.writeTextFileSync(path, "text");
    });
    assert.equal(now(view, path), of("text"));
    Deno.writeTextFileSync(path, "more");
    assert.equal(now(view, path), of("more"));
  }],
  ["an edit through another hard link", ({ view, root }) => {
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.writeTextFileSync(`${root}/elsewhere/name`, "one");
    Deno.linkSync(`${root}/elsewhere/name`, `${root}/a.h`);
    expectChange(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "two"));
    assert.equal(now(view, `${root}/a.h`), of("two"));
  }],
  ["an edit through a hard link made later", ({ view, root }) => {
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    expectChange(view, `${root}/a.h`, () => {
      Deno.linkSync(`${root}/a.h`, `${root}/elsewhere/name`);
      Deno.writeTextFileSync(`${root}/elsewhere/name`, "two");
    });
    assert.equal(now(view, `${root}/a.h`), of("two"));
    expectChange(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "six"));
    assert.equal(now(view, `${root}/a.h`), of("six"));
  }],
  ["an edit through another link to a file that came with its folder", ({ view, root }) => {
    for (const name of ["one", "two"]) {
      Deno.mkdirSync(`${root}/${name}`);
      Deno.writeTextFileSync(`${root}/${name}/a.h`, name);
    }
    assert.equal(now(view, `${root}/one/a.h`), of("one"));
    Deno.utimeSync(`${root}/one`, OLD, OLD);
    view.barrier();
    Deno.renameSync(`${root}/one`, `${root}/gone`);
    Deno.renameSync(`${root}/two`, `${root}/one`);
    assert.equal(now(view, `${root}/one/a.h`), of("two"));
    Deno.mkdirSync(`${root}/elsewhere`);
    Deno.linkSync(`${root}/one/a.h`, `${root}/elsewhere/name`);
    expectChange(view, `${root}/one/a.h`, () => Deno.writeTextFileSync(`${root}/elsewhere/name`, "six"));
  }],
];

/** What is promised of names. */
const NAMES: readonly (readonly [name: string, check: Check])[] = [
  ["a name that comes and goes", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/other.h`, "");
    expectNames(view, `${root}/a.h`, () => Deno.writeTextFileSync(`${root}/a.h`, ""), true);
    expectNames(view, `${root}/a.h`, () => Deno.renameSync(`${root}/a.h`, `${root}/b.h`), false);
    expectNames(view, `${root}/a.h`, () => Deno.symlinkSync("nowhere", `${root}/a.h`), true);
    expectNames(view, `${root}/a.h`, () => Deno.removeSync(`${root}/a.h`), false);
    expectNames(view, `${root}/a.h`, () => Deno.mkdirSync(`${root}/a.h`), true);
  }],
  ["a name below folders that aren't there yet", ({ view, root }) => {
    const path = `${root}/a/b/c/x.h`;
    expectNames(view, path, () => {
      Deno.mkdirSync(`${root}/a/b/c`, { recursive: true });
      Deno.writeTextFileSync(path, "");
    }, true);
    expectNames(view, path, () => Deno.removeSync(`${root}/a`, { recursive: true }), false);
  }],
  ["a name in a full folder that is moved there", ({ view, root }) => {
    Deno.mkdirSync(`${root}/full/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/full/sub/x.h`, "");
    expectNames(view, `${root}/in/sub/x.h`, () => Deno.renameSync(`${root}/full`, `${root}/in`), true);
    expectNames(view, `${root}/in/sub/x.h`, () => Deno.renameSync(`${root}/in`, `${root}/out`), false);
  }],
  ["a name behind a link to a folder", ({ view, root }) => {
    for (const name of ["v1", "v2"]) Deno.mkdirSync(`${root}/${name}`);
    Deno.writeTextFileSync(`${root}/v2/x.h`, "");
    Deno.symlinkSync("v1", `${root}/cur`);
    expectNames(view, `${root}/cur/x.h`, () => {
      Deno.symlinkSync("v2", `${root}/fresh`);
      Deno.renameSync(`${root}/fresh`, `${root}/cur`);
    }, true);
    expectNames(view, `${root}/cur/x.h`, () => Deno.removeSync(`${root}/v2/x.h`), false);
    expectNames(view, `${root}/cur/x.h`, () => Deno.writeTextFileSync(`${root}/v2/x.h`, ""), true);
  }],
];

/** What is promised of a file since a moment, whether it was tracked by then or not. */
const SINCE: readonly (readonly [name: string, check: Check])[] = [
  ["says that an old file was not changed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    const path = "/proc/self/exe"; // Certainly older than the test, and never tracked.
    view.barrier();
    const target = Deno.realPathSync(Deno.build.os === "linux" ? path : Deno.execPath());
    assert.equal(view.unchangedSince(view.track(target), view.generation, Date.now() + 60_000), true);
  }],
  ["says that a tracked file was changed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    now(view, `${root}/a.h`);
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/a.h`, "more");
    view.barrier();
    assert.equal(view.unchangedSince(view.track(`${root}/a.h`), since, startedAtMs), false);
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    view.barrier();
    now(view, `${root}/a.h`);
    assert.equal(view.unchangedSince(view.track(`${root}/a.h`), since, startedAtMs), false, "there and back");
  }],
  ["says that a file that wasn't tracked was changed", ({ view, root }) => {
    Deno.mkdirSync(`${root}/in/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/in/sub/a.h`, "text");
    view.watchFolder(`${root}/in/sub`);
    view.barrier();
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/in/sub/a.h`, "more");
    Deno.utimeSync(`${root}/in/sub/a.h`, OLD, OLD);
    view.barrier();
    assert.equal(view.unchangedSince(view.track(`${root}/in/sub/a.h`), since, startedAtMs), false);
  }],
  ["says that a file is gone, or came", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    view.watchFolder(root);
    view.barrier();
    const since = view.generation;
    const startedAtMs = Date.now();
    Deno.renameSync(`${root}/a.h`, `${root}/b.h`);
    view.barrier();
    for (const name of ["a.h", "b.h"]) {
      assert.equal(view.unchangedSince(view.track(`${root}/${name}`), since, startedAtMs), false, name);
    }
  }],
];

/** Asks for the name, acts, and expects the names' generation to move and the answer to be right. */
function expectNames(view: FileView, path: string, act: () => void, there: boolean): void {
  view.barrier();
  assert.equal(view.exists(path), !there);
  const before = view.namesGeneration;
  act();
  view.barrier();
  assert.notEqual(view.namesGeneration, before, "a name came or went unnoticed");
  assert.equal(view.exists(path), there);
}

/** The rest of the interface. */
const REST: readonly (readonly [name: string, check: Check])[] = [
  ["gives a path one id, and the path of an id", ({ view, root }) => {
    const id = view.track(`${root}/a.h`);
    assert.equal(view.track(`${root}/a.h`), id);
    assert.equal(view.pathOf(id), `${root}/a.h`);
    assert.throws(() => view.pathOf(1_000_000), RangeError);
  }],
  ["gives size, mode and mtime in ns", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "text");
    Deno.chmodSync(`${root}/a.h`, 0o640);
    Deno.utimeSync(`${root}/a.h`, OLD, OLD);
    const stat = view.stat(view.track(`${root}/a.h`));
    assert.deepEqual(stat, { size: 4, mtimeNs: BigInt(OLD.getTime()) * 1_000_000n, mode: 0o100640 });
    assert.equal(view.stat(view.track(`${root}/none`)), undefined);
  }],
  ["tells folders and special files from files", ({ view, root }) => {
    assert.equal(now(view, root), "folder");
    assert.equal(now(view, "/"), "folder");
    assert.equal(now(view, "/dev/null"), "special");
    assert.equal(now(view, `${root}/none/below`), "absent");
    Deno.writeTextFileSync(`${root}/file`, "");
    assert.equal(now(view, `${root}/file/below`), "absent");
  }],
  ["reads names with spaces and letters beyond ASCII", ({ view, root }) => {
    Deno.mkdirSync(`${root}/große Häuser`);
    const path = `${root}/große Häuser/日本 .h`;
    Deno.writeTextFileSync(path, "one");
    expectChange(view, path, () => Deno.writeTextFileSync(path, "two"));
  }],
  ["knows a file again after it was released", ({ view, root }) => {
    Deno.mkdirSync(`${root}/tree`);
    Deno.writeTextFileSync(`${root}/tree/a.h`, "one");
    Deno.symlinkSync("tree/a.h", `${root}/link.h`);
    const id = view.track(`${root}/tree/a.h`);
    now(view, `${root}/tree/a.h`);
    now(view, `${root}/link.h`);
    const since = view.generation;
    assert.equal(view.release(`${root}/tree`), 1);
    assert.equal(view.changedSince(Int32Array.of(id), since), true);
    Deno.writeTextFileSync(`${root}/tree/a.h`, "two");
    view.barrier();
    assert.equal(view.state(id), of("two"));
    assert.equal(now(view, `${root}/link.h`), of("two"));
    Deno.removeSync(`${root}/tree`, { recursive: true });
    assert.equal(now(view, `${root}/tree/a.h`), "absent");
  }],
  ["gives facts about what it hashed", ({ view, root }) => {
    Deno.writeTextFileSync(`${root}/a.h`, "#include <x.h>\nchar const* built = __DATE__;\n");
    const state = now(view, `${root}/a.h`);
    assert.ok(isDigest(state));
    assert.equal(view.facts(state)?.usesDate, true);
    assert.deepEqual(view.facts(state)?.includedNames, ["x.h"]);
    assert.equal(view.facts(of("never seen")), undefined);
  }],
];

/** Settles the path, acts, and expects the view to notice at the next barrier. */
function expectChange(view: FileView, path: string, act: () => void): void {
  const ids = Int32Array.of(view.track(path));
  const before = now(view, path);
  const since = view.generation;
  assert.equal(view.changedSince(ids, since), false);
  act();
  view.barrier();
  assert.equal(view.changedSince(ids, since), true, "a change went unnoticed");
  assert.notEqual(view.state(ids[0]!), before);
}

/** Everything a file view promises, whatever it learns its changes from. */
export function fileViewContract(name: string, open: () => Bench): void {
  for (const [what, check] of STATES) {
    Deno.test(`${name} sees ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
  for (const [what, check] of NAMES) {
    Deno.test(`${name} knows ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
  for (const [what, check] of [...SINCE, ...REST]) {
    Deno.test(`${name} ${what}`, () => {
      using bench = open();
      check(bench);
    });
  }
}
