import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import type { LookupsReport } from "./lookups.ts";

const SCRIPT = new URL("./lookups.ts", import.meta.url).pathname;
const COMMANDS = [["gcc", "-c", "a.c", "-Iinc"], ["clang", "-c", "a.c", "-Iinc"]];

for (const argv of COMMANDS) {
  const needs = [argv[0]!, "unshare", "mount", "strace", "root"] as const;
  testWith(needs, `whatever is looked up and changed is noticed: ${argv.join(" ")}`, async () => {
    await using rig = await Rig.open();
    const words = ["unshare", "-m", Deno.execPath(), "run", "-A", SCRIPT, ...argv];
    const env = { HOME: Deno.env.get("HOME") ?? "", ...variable("DENO_DIR") };
    const outcome = await rig.bare(words, { env, deadlineMs: 300_000 });
    assertOk(outcome);
    const report: LookupsReport = JSON.parse(text(outcome.stdout).trim().split("\n").at(-1)!);
    assert.deepEqual(report.differences, []);
    assert.ok(report.changed > 50, `${report.changed} paths`);
  });
}

/** A variable of this process, if it's set. */
function variable(name: string): Record<string, string> {
  const value = Deno.env.get(name);
  return value === undefined ? {} : { [name]: value };
}
