import assert from "node:assert/strict";
import { testWith } from "../../../testing/needs.ts";
import { digestText } from "../../core/mod.ts";
import { now, open, openInMemory, run, type Scene } from "./_scene.ts";

/** A scene whose view can have few events waiting. The limit is the machine's, so it's low for no longer than it is read. */
function openWithShortQueue(): Scene {
  const limit = "/proc/sys/fs/inotify/max_queued_events";
  const before = Deno.readTextFileSync(limit);
  Deno.writeTextFileSync(limit, "16");
  try {
    return open();
  } finally {
    Deno.writeTextFileSync(limit, before);
  }
}

testWith(["linux", "root"], "the inotify view checks everything again after its queue overflowed", () => {
  using scene = openWithShortQueue();
  const { view, root } = scene;
  Deno.writeTextFileSync(`${root}/a.h`, "one");
  assert.equal(now(view, `${root}/a.h`), digestText("one"));
  assert.equal(view.exists(`${root}/late.h`), false);
  const old = view.track("/etc/passwd");
  view.state(old);
  const begunMs = Date.now();
  const { generation, namesGeneration } = view;
  for (let i = 0; i < 40; i++) Deno.writeTextFileSync(`${root}/noise${i}`, "");
  Deno.writeTextFileSync(`${root}/a.h`, "two");
  Deno.writeTextFileSync(`${root}/late.h`, "");
  view.barrier();
  assert.equal(view.coverage.resets, 1);
  const edited = view.track(`${root}/a.h`);
  const stayed = [old, edited].map((id) => view.unchangedSince(id, generation, begunMs));
  assert.deepEqual(stayed, [true, false], "by the time stamps");
  assert.equal(view.namesUnchangedSince("/etc", generation, begunMs), true);
  assert.equal(view.namesUnchangedSince(root, generation, begunMs), false);
  assert.equal(view.changedSince(Int32Array.of(view.track(`${root}/a.h`)), generation), true);
  assert.notEqual(view.namesGeneration, namesGeneration);
  assert.equal(view.exists(`${root}/late.h`), true);
  assert.equal(now(view, `${root}/a.h`), digestText("two"));
  Deno.writeTextFileSync(`${root}/a.h`, "six");
  assert.equal(now(view, `${root}/a.h`), digestText("six"), "watched again");
});

testWith(["linux"], "the inotify view sees what was written through a mapping once it ends", () => {
  using scene = open();
  const { view, root } = scene;
  Deno.writeTextFileSync(`${root}/a.h`, "one");
  assert.equal(now(view, `${root}/a.h`), digestText("one"));
  const script =
    "import mmap,sys\nf=open(sys.argv[1],'r+b')\nm=mmap.mmap(f.fileno(),3)\nm[0:3]=b'two'\nm.close()\nf.close()";
  run("python3", "-c", script, `${root}/a.h`);
  assert.equal(now(view, `${root}/a.h`), digestText("two"));
});

testWith(
  ["linux"],
  "the inotify view says at once that 4,000 files didn't change, and which moment one did",
  () => {
    using scene = openInMemory();
    const { view, root } = scene;
    for (let i = 0; i < 4000; i++) Deno.writeTextFileSync(`${root}/h${i}.h`, `${i}`);
    view.barrier();
    const ids = Int32Array.from({ length: 4000 }, (_, i) => view.track(`${root}/h${i}.h`));
    let since: number;
    let resets: number;
    do {
      // where somebody mounts something meanwhile, all is looked at again
      ({ resets } = view.coverage);
      for (const id of ids) view.state(id);
      since = view.generation;
      view.barrier();
    } while (view.coverage.resets > resets);
    assert.equal(view.changedSince(ids, since), false, JSON.stringify(view.coverage));
    Deno.writeTextFileSync(`${root}/h3999.h`, "other");
    view.barrier();
    assert.equal(view.changedSince(ids, since), true);
    assert.equal(view.changedSince(ids.subarray(0, 3999), since), false);
  },
);

testWith(["linux"], "the inotify view lets objects come and go without moving the names' generation", () => {
  using scene = openInMemory();
  const { view, root } = scene;
  view.watchFolder(root);
  assert.equal(view.exists(`${root}/a.h`), false);
  const before = view.namesGeneration;
  for (let i = 0; i < 50; i++) Deno.writeTextFileSync(`${root}/${i}.o`, "");
  for (let i = 0; i < 50; i++) Deno.removeSync(`${root}/${i}.o`);
  view.barrier();
  assert.equal(view.namesGeneration, before);
});

testWith(
  ["linux"],
  "the inotify view says by events that a file written just before a run was not changed by it",
  () => {
    using scene = open();
    const { view, root } = scene;
    view.watchFolder(root);
    Deno.writeTextFileSync(`${root}/config.h`, "made a moment ago");
    view.barrier();
    const since = view.generation;
    const startedAtMs = Date.now();
    for (let i = 0; i < 10; i++) Deno.writeTextFileSync(`${root}/${i}.o`, "");
    view.barrier();
    const id = view.track(`${root}/config.h`);
    view.state(id);
    assert.equal(view.unchangedSince(id, since, startedAtMs), true);
    Deno.writeTextFileSync(`${root}/config.h`, "made again");
    view.barrier();
    assert.equal(view.unchangedSince(id, since, startedAtMs), false);
  },
);

testWith(["linux"], "the inotify view says that an old file in an exchanged folder is another", () => {
  using scene = open();
  const { view, root } = scene;
  for (const name of ["one", "two"]) {
    Deno.mkdirSync(`${root}/${name}/sub`, { recursive: true });
    Deno.writeTextFileSync(`${root}/${name}/sub/a.h`, name);
  }
  view.watchFolder(`${root}/one`);
  view.barrier();
  const since = view.generation;
  const inAnHourMs = Date.now() + 3_600_000;
  Deno.renameSync(`${root}/one`, `${root}/gone`);
  Deno.renameSync(`${root}/two`, `${root}/one`);
  view.barrier();
  assert.equal(view.unchangedSince(view.track(`${root}/one/sub/a.h`), since, inAnHourMs), false);
});

testWith(["linux"], "the inotify view knows by events that hard links were not written to", () => {
  using scene = open();
  const { view, root } = scene;
  Deno.writeTextFileSync(`${root}/a.h`, "text");
  Deno.linkSync(`${root}/a.h`, `${root}/b.h`);
  const id = view.track(`${root}/a.h`);
  view.state(id);
  view.barrier();
  const { generation } = view;
  assert.deepEqual(view.coverage.byStat, {});
  const startedAtMs = Date.now();
  assert.equal(view.unchangedSince(id, generation, startedAtMs), true);
  Deno.writeTextFileSync(`${root}/b.h`, "more");
  view.barrier();
  assert.equal(view.unchangedSince(id, generation, startedAtMs), false);
});

testWith(
  ["linux"],
  "the inotify view gives up on events of untracked files when too many names were seen",
  () => {
    using scene = openInMemory();
    const { view, root } = scene;
    view.watchFolder(root);
    const startedAtMs = Date.now();
    Deno.writeTextFileSync(`${root}/config.h`, "made a moment ago");
    view.barrier();
    const since = view.generation;
    for (let i = 0; i < 1100; i++) Deno.writeTextFileSync(`${root}/${i}.o`, "");
    view.barrier();
    assert.equal(view.unchangedSince(view.track(`${root}/config.h`), since, startedAtMs), false);
  },
);
