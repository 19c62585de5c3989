import assert from "node:assert/strict";
import { testWith } from "../../../testing/needs.ts";
import { digestText } from "../../core/mod.ts";
import type { FileView } from "../file_view.ts";
import { type FileViewOptions, openFileView } from "../open_file_view.ts";

interface Scene extends Disposable {
  readonly view: FileView;
  readonly root: string;
}

function open(options: Partial<FileViewOptions> = {}, folder = Deno.makeTempDirSync()): Scene {
  const root = Deno.realPathSync(folder);
  const view = openFileView({ watch: true, ...options });
  return {
    view,
    root,
    [Symbol.dispose]() {
      view[Symbol.dispose]();
      Deno.removeSync(root, { recursive: true });
    },
  };
}

/** A scene in memory, for many files. */
function openInMemory(): Scene {
  return open({}, Deno.makeTempDirSync({ dir: "/dev/shm" }));
}

function now(view: FileView, path: string): string {
  view.barrier();
  return view.state(view.track(path));
}

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}

testWith(["linux", "root"], "the inotify view checks everything again after its queue overflowed", () => {
  const limit = "/proc/sys/fs/inotify/max_queued_events";
  const before = Deno.readTextFileSync(limit);
  Deno.writeTextFileSync(limit, "16");
  try {
    using scene = open();
    const { view, root } = scene;
    Deno.writeTextFileSync(`${root}/a.h`, "one");
    assert.equal(now(view, `${root}/a.h`), digestText("one"));
    assert.equal(view.exists(`${root}/late.h`), false);
    const { generation, namesGeneration } = view;
    for (let i = 0; i < 40; i++) Deno.writeTextFileSync(`${root}/noise${i}`, "");
    Deno.writeTextFileSync(`${root}/a.h`, "two");
    Deno.writeTextFileSync(`${root}/late.h`, "");
    view.barrier();
    assert.equal(view.coverage.resets, 1);
    assert.equal(view.changedSince(Int32Array.of(view.track(`${root}/a.h`)), generation), true);
    assert.notEqual(view.namesGeneration, namesGeneration);
    assert.equal(view.exists(`${root}/late.h`), true);
    assert.equal(now(view, `${root}/a.h`), digestText("two"));
    Deno.writeTextFileSync(`${root}/a.h`, "six");
    assert.equal(now(view, `${root}/a.h`), digestText("six"), "watched again");
  } finally {
    Deno.writeTextFileSync(limit, before);
  }
});

testWith(["linux", "root"], "the inotify view sees a mount over a folder, and its end", () => {
  using scene = open();
  const { view, root } = scene;
  for (const name of ["one", "two"]) {
    Deno.mkdirSync(`${root}/${name}`);
    Deno.writeTextFileSync(`${root}/${name}/a.h`, name);
  }
  assert.equal(now(view, `${root}/one/a.h`), digestText("one"));
  run("mount", "--bind", `${root}/two`, `${root}/one`);
  try {
    assert.equal(now(view, `${root}/one/a.h`), digestText("two"));
    assert.equal(now(view, `${root}/two/a.h`), digestText("two"));
    assert.equal(view.exists(`${root}/one/b.h`), false);
    Deno.writeTextFileSync(`${root}/two/a.h`, "six");
    assert.equal(now(view, `${root}/one/a.h`), digestText("six"), "one folder under two paths");
    assert.equal(now(view, `${root}/two/a.h`), digestText("six"));
    Deno.writeTextFileSync(`${root}/two/b.h`, "");
    view.barrier();
    assert.equal(view.exists(`${root}/one/b.h`), true);
  } finally {
    run("umount", `${root}/one`);
  }
  assert.equal(now(view, `${root}/one/a.h`), digestText("one"));
  assert.equal(view.exists(`${root}/one/b.h`), false);
});

testWith(["linux", "root"], "the inotify view knows what a mount elsewhere leaves alone", () => {
  using scene = open();
  const { view, root } = scene;
  for (const name of ["near", "far/deep", "young"]) Deno.mkdirSync(`${root}/${name}`, { recursive: true });
  const files = ["near/a.h", "far/deep/a.h"].map((name) => `${root}/${name}`);
  for (const file of files) Deno.writeTextFileSync(file, "one");
  Deno.symlinkSync("far/deep", `${root}/link`);
  const [near, far, linked] = [...files, `${root}/link/a.h`].map((file) => view.track(file)) as [
    number,
    number,
    number,
  ];
  view.barrier();
  for (const id of [near, far, linked]) assert.equal(view.state(id), digestText("one"));
  for (const folder of ["near", "far/deep", "young"]) assert.ok(view.namesIn(`${root}/${folder}`));
  const { generation } = view;
  const begunMs = Date.now();
  // nobody has asked what is in there when it's mounted
  for (const point of ["far", "young"]) {
    run("mount", "-t", "tmpfs", "tmpfs", `${root}/${point}`);
    view.barrier();
  }
  try {
    Deno.writeTextFileSync(`${root}/young/b.h`, "");
    assert.equal(view.unchangedSince(near, generation, begunMs), true);
    assert.equal(view.namesUnchangedSince(`${root}/near`, generation, begunMs), true);
    for (const id of [far, linked]) {
      assert.equal(view.state(id), "absent");
      assert.equal(view.unchangedSince(id, generation, begunMs + 3_600_000), false);
    }
    for (const folder of ["far/deep", "young"]) {
      assert.equal(view.namesUnchangedSince(`${root}/${folder}`, generation, begunMs + 3_600_000), false);
    }
    const young = view.track(`${root}/young/b.h`);
    assert.equal(view.unchangedSince(young, generation, begunMs + 3_600_000), false);
    assert.equal(view.coverage.resets, 0);
  } finally {
    for (const point of ["far", "young"]) run("umount", `${root}/${point}`);
  }
  view.barrier();
  for (const id of [near, far, linked]) assert.equal(view.state(id), digestText("one"));
  assert.equal(view.unchangedSince(far, generation, begunMs + 3_600_000), false);
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

testWith(
  ["linux"],
  "the inotify view says at once that 4,000 files didn't change, and which moment one did",
  () => {
    using scene = openInMemory();
    const { view, root } = scene;
    for (let i = 0; i < 4000; i++) Deno.writeTextFileSync(`${root}/h${i}.h`, `${i}`);
    view.barrier();
    const ids = Int32Array.from({ length: 4000 }, (_, i) => view.track(`${root}/h${i}.h`));
    for (const id of ids) view.state(id);
    const since = view.generation;
    view.barrier();
    assert.equal(view.changedSince(ids, since), false);
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
