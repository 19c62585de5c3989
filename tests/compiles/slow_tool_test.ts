import { assertOk, type Expected, Rig, testWith } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { rustEnvironment } from "../rig/rust.ts";

/** A command of a tool that answers late, and what it's called when the answer is there. */
interface Case {
  readonly what: string;
  readonly compiler: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sources?: number;
}

const CASES: readonly Case[] = [
  { what: "one source", compiler: "gcc", args: ["-c", "a.c"] },
  { what: "a checkout's source", compiler: "gcc", args: ["-c", "a.c"], env: { ZCCACHE_PATH_REMAP: "auto" } },
  { what: "several sources", compiler: "gcc", args: ["-c", "a.c", "b.c"], sources: 2 },
  { what: "a crate", compiler: "rustc", args: ["--crate-name", "q", "--crate-type", "lib", "q.rs"] },
];

const FILES = {
  "a.c": "int a(void) { return 1; }\n",
  "b.c": "int b(void) { return 2; }\n",
  "q.rs": "pub fn q() -> u32 { 1 }\n",
  ".git/HEAD": "",
};

for (const { what, compiler, args, env, sources = 1 } of CASES) {
  testWith(
    [compiler],
    `${what}: what is learned of a slow tool after its caller has gone on counts`,
    async () => {
      await using rig = await Rig.open({ env: compiler === "rustc" ? rustEnvironment() : {} });
      rig.fresh(FILES);
      const tool = await FakeTool.build(rig, compiler, ["-DSILENT"]);
      const each = (outcome: "miss" | "hit"): Expected => sources === 1 ? outcome : [outcome, outcome];
      tool.holdAnswers();
      await rig.expectSame([tool.path, ...args], { cold: "uncacheable:tool-not-known-yet", env });
      tool.answer();
      // another command that needs the same answers: when it's done, they are there
      const other = compiler === "rustc" ? "-O" : "-O1";
      assertOk(await rig.wrapped([tool.path, ...args, other], { env }));
      await rig.expectSame([tool.path, ...args], { cold: each("miss"), warm: each("hit"), env });
    },
  );
}

testWith(["gcc"], "a run that is observed waits for no answers", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int main(void) { return 0; }\n" });
  assertOk(await rig.bare(["gcc", "-c", "a.c"]));
  await rig.settled();
  const tool = await FakeTool.build(rig, "gcc", ["-DSILENT"]);
  tool.holdAnswers();
  await rig.expectSame([tool.path, "a.o", "-o", "a"], { cold: "miss", warm: "hit" });
});
