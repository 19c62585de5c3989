import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text, typescript, WRAPPERS } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";

/** The nice value at which the last compile ran. */
function niceOf(tool: FakeTool): number {
  return Number(/^nice (-?\d+)$/m.exec(tool.state())?.[1]);
}

/** Compiles something new, so that the tool has to run. */
let compiles = 0;
async function compile(
  rig: Rig,
  tool: FakeTool,
  word: string,
  before: readonly string[] = [],
): Promise<number> {
  rig.write({ "a.c": `int a${++compiles};\n` });
  await rig.settled();
  const env = { ZCCACHE_COMPILE_PRIORITY: word };
  assertOk(await rig.bare([...before, ...rig.wrapper.prefix, tool.path, "-c", "a.c"], { env }));
  return niceOf(tool);
}

/** The `priority` of every compile in the journal, in order. */
async function journal(rig: Rig): Promise<unknown[]> {
  await rig.wrapped(["stop"], { in: rig.base });
  const lines = Deno.readTextFileSync(`${rig.root}/logs/compile_journal.jsonl`).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).priority);
}

for (const wrapper of WRAPPERS) {
  testWith(
    ["gcc", "nice"],
    `${wrapper.name}: a compiler runs at the priority that is asked for`,
    async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh();
      const tool = await FakeTool.build(rig, "gcc");
      // never raised above what the caller runs at, and no further down than there is
      const rows = [["normal", 0], ["low", 10], ["idle", 19], ["weird", 10]] as const;
      for (const [word, nice] of rows) assert.equal(await compile(rig, tool, word), nice, word);
      const behind = ["nice", "-n", "12"];
      assert.equal(await compile(rig, tool, "normal", behind), 12);
      assert.equal(await compile(rig, tool, "low", behind), 19);
      assert.deepEqual(await journal(rig), ["normal", "low", "idle", "low", "normal", "low"]);
      assert.match(
        rig.log(),
        /ZCCACHE_COMPILE_PRIORITY: "weird" is none of auto, low, normal, idle, high; low/,
      );
    },
  );

  testWith(
    ["gcc", "root", "setpriv"],
    `${wrapper.name}: a priority that may not be had is no error`,
    async () => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh();
      const tool = await FakeTool.build(rig, "gcc");
      assert.equal(await compile(rig, tool, "high"), -5);
      const humble = ["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"];
      assert.equal(await compile(rig, tool, "high", humble), 0);
      assert.deepEqual(await journal(rig), ["high", "normal"]);
    },
  );
}

testWith(["gcc"], "what the daemon was told holds for calls that say nothing", async () => {
  await using rig = await Rig.open();
  rig.fresh();
  const tool = await FakeTool.build(rig, "gcc");
  assertOk(await rig.wrapped(["start"], { env: { ZCCACHE_COMPILE_PRIORITY: "idle" } }));
  assert.equal(await compile(rig, tool, ""), 19);
  assert.equal(await compile(rig, tool, "normal"), 0);
});

testWith(["gcc"], "auto gives way on a machine that is busy, and the journal says when", async () => {
  await using rig = await Rig.open();
  rig.fresh();
  const tool = await FakeTool.build(rig, "gcc");
  const spinning = Array.from(
    { length: navigator.hardwareConcurrency },
    () => new Deno.Command("sh", { args: ["-c", "while :; do :; done"] }).spawn(),
  );
  const ran: number[] = [];
  try {
    // how busy it is shows in the time between two compiles
    while (ran.at(-1) !== 10 && ran.length < 50) ran.push(await compile(rig, tool, "auto"));
  } finally {
    for (const child of spinning) child.kill("SIGKILL");
    await Promise.all(spinning.map((child) => child.status));
  }
  assert.equal(ran.at(-1), 10);
  assert.deepEqual(await journal(rig), ran.map((nice) => nice === 10 ? "low" : "normal"));
});

testWith(["gcc"], "a hit runs at no priority, and the priority is in no key", async () => {
  await using rig = await Rig.open({ wrapper: typescript });
  rig.fresh({ "a.c": "int a;\n" });
  await rig.settled();
  for (const word of ["low", "normal", "idle"]) {
    const outcome = await rig.wrapped(["gcc", "-c", "a.c"], { env: { ZCCACHE_COMPILE_PRIORITY: word } });
    assert.deepEqual([outcome.code, text(outcome.stderr)], [0, ""]);
  }
  const { cached, cold } = await rig.counters();
  assert.deepEqual([cached, cold], [2, 1]);
  assert.deepEqual(await journal(rig), ["low", undefined, undefined]);
});
