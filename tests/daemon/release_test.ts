import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { Checkouts } from "../rig/checkouts.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { watchesIn } from "../rig/watches.ts";

const FILES = {
  "src/a.c": `#include "deep/x.h"\nint f(void) { return X; }\n`,
  "src/deep/x.h": "#define X 1\n",
};
const COMPILE = ["gcc", "-g", "-c", "src/a.c"];

testWith(
  ["gcc", "git"],
  "a worktree that was let go of holds no watch, and is served again later",
  async () => {
    await using rig = await Rig.open();
    const { folders } = await Checkouts.worktrees(rig, FILES);
    const [staying, leaving] = [folders[0]!, folders[1]!];
    for (const folder of [staying, leaving]) {
      await rig.settled(folder);
      await rig.expectSame(COMPILE, { cold: "miss", warm: "hit", in: folder });
    }
    const elsewhere = await begin(rig, staying);
    const there = await begin(rig, `${leaving}/src`);
    assert.ok(watchesIn(rig, leaving) > 0, "nothing was watched");
    const released = await rig.wrapped(["release-handles", "--path", leaving, "--json"]);
    assertOk(released);
    const { files, ...report } = JSON.parse(text(released.stdout));
    assert.deepEqual(report, { inspected: 2, released: 1, sessions_dropped: [there], unreleased: [] });
    assert.ok(files >= 2, `${files} files`);
    assert.equal(watchesIn(rig, leaving), 0);
    assert.ok(watchesIn(rig, staying) > 0, "the other worktree is no longer watched");
    assertOk(await rig.wrapped(["session-stats", elsewhere]));
    assertOk(await rig.bare(["git", "worktree", "remove", "--force", leaving], { in: staying }));
    await rig.expectSame(COMPILE, { cold: "hit", in: staying });
    // the same place again, with something else in it
    rig.write({ ...FILES, "src/deep/x.h": "#define X 2\n" }, leaving);
    await rig.settled(leaving);
    await rig.expectSame(COMPILE, { cold: "miss", warm: "hit", in: leaving });
    rig.write({ "src/deep/x.h": "#define X 1\n" }, leaving);
    await rig.settled(leaving);
    await rig.expectSame(COMPILE, { cold: "hit", in: leaving });
  },
);

testWith(["gcc"], "a folder is let go of by any of its names, and a change meanwhile is seen", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  Deno.symlinkSync(rig.work, `${rig.base}/link`);
  await rig.settled();
  await rig.expectSame(COMPILE, { cold: "miss", warm: "hit" });
  const said = await rig.wrapped(["release-handles", "--path", "../link"]);
  assert.deepEqual([said.code, text(said.stdout)], [
    0,
    `released 0 of 0 session handle(s) under ${rig.base}/link\n`,
  ]);
  assert.equal(watchesIn(rig, rig.work), 0);
  rig.write({ "src/deep/x.h": "#define X 3\n" });
  await rig.settled();
  await rig.expectSame(COMPILE, { cold: "miss", warm: "hit" });
  // the link is another folder's name by now, and what was known through it goes with it
  await rig.expectSame(["gcc", "-c", `${rig.base}/link/src/a.c`], { cold: "miss", warm: "hit" });
  assertOk(await rig.wrapped(["release-handles", "--path", `${rig.base}/link`]));
  await rig.expectSame(["gcc", "-c", `${rig.base}/link/src/a.c`], { cold: "hit" });
});

testWith(["gcc"], "what can't be let go of is named", async () => {
  await using rig = await Rig.open();
  const none = await rig.wrapped(["release-handles", "--path", rig.work]);
  assert.deepEqual([none.code, text(none.stdout)], [0, ""]);
  assert.match(text(none.stderr), /^daemon not running at .* nothing to release\n$/);
  assertOk(await rig.wrapped(["start"]));
  Deno.symlinkSync(rig.base, `${rig.work}/base`);
  for (const path of [rig.root, rig.base, "/", `${rig.work}/base`]) {
    const refused = await rig.wrapped(["release-handles", "--path", path]);
    assert.equal(refused.code, 1);
    assert.match(text(refused.stderr), /^Cannot release .*: the cache is there/);
  }
  assert.equal((await rig.wrapped(["release-handles"])).code, 2);
  rig.fresh(FILES);
  const tool = await FakeTool.build(rig, "gcc");
  tool.hold("before");
  const running = rig.wrapped([tool.path, "-c", "src/a.c"]);
  await tool.arrived(running);
  const report = JSON.parse(text((await rig.wrapped(["release-handles", "--path", ".", "--json"])).stdout));
  assert.deepEqual(report.unreleased, [rig.work]);
  tool.release();
  assertOk(await running);
});

async function begin(rig: Rig, folder: string): Promise<string> {
  const started = await rig.wrapped(["session-start", "--stats"], { in: folder });
  assertOk(started);
  return JSON.parse(text(started.stdout)).session_id;
}
