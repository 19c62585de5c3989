import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";

const FILES = { "a.c": "int a;\n", "b.c": "int b;\n" };

/** Longer than the daemon of these tests stays when it's idle. */
const LONG_MS = 2500;

for (const sources of [["a.c"], ["a.c", "b.c"]]) {
  testWith(["gcc"], `a daemon is not idle while a tool runs for it: ${sources.join(" ")}`, async () => {
    await using rig = await Rig.open({ env: { ZCCACHE_IDLE_TIMEOUT_SECS: "1" } });
    rig.fresh(FILES);
    const tool = await FakeTool.build(rig, "gcc");
    const command = [tool.path, "-c", ...sources];
    tool.hold("before");
    const running = rig.wrapped(command);
    await tool.arrived(running);
    const status = await rig.wrapped(["status", "--json"]);
    assert.equal(JSON.parse(text(status.stdout)).daemon.running, sources.length);
    await new Promise((resume) => setTimeout(resume, LONG_MS));
    tool.release();
    assertOk(await running);
    const hits = sources.map(() => "hit" as const);
    await rig.expectSame(command, { cold: sources.length === 1 ? "hit" : hits });
  });
}
