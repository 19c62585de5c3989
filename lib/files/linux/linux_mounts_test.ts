import assert from "node:assert/strict";
import { testWith } from "../../../testing/needs.ts";
import { digestText } from "../../core/mod.ts";
import { now, open, run } from "./_scene.ts";

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

testWith(["linux", "root"], "where a mount has come and gone unseen, nothing is known to have stayed", () => {
  using scene = open();
  const { view, root } = scene;
  Deno.mkdirSync(`${root}/under`);
  const old = view.track("/etc/passwd");
  view.state(old);
  const begunMs = Date.now() + 3_600_000;
  const { generation } = view;
  run("mount", "-t", "tmpfs", "tmpfs", `${root}/under`);
  run("umount", `${root}/under`);
  view.barrier();
  assert.equal(view.coverage.resets, 1);
  assert.equal(view.unchangedSince(old, generation, begunMs), false);
  assert.equal(view.namesUnchangedSince("/etc", generation, begunMs), false);
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
