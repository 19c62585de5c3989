import assert from "node:assert/strict";
import { assertOk, type Expected, Rig, testWith } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";

/** Two commands at once that write one file: what the first one's tool wrote is gone when it ends. */
interface Overlap {
  readonly what: string;
  /** Made while the first command's tool has written its output and not yet ended. */
  readonly other: readonly string[];
  /** Whether the other command was answered before, and is delivered now. */
  readonly delivered?: boolean;
  /** What comes of the first command when it is asked for again. */
  readonly then: Expected;
}

const FIRST = ["-DX=1", "-c", "a.c", "-o", "out.o"];
const OVERLAPS: readonly Overlap[] = [
  { what: "compiled", other: ["gcc", "-DX=2", "-c", "a.c", "-o", "out.o"], then: "miss" },
  { what: "delivered", other: ["gcc", "-DX=2", "-c", "a.c", "-o", "out.o"], delivered: true, then: "miss" },
  {
    what: "compiled under another spelling",
    other: ["gcc", "-DX=2", "-c", "a.c", "-o", "sub/../out.o"],
    then: "miss",
  },
  { what: "linked", other: ["gcc", "-DX=2", "-shared", "a.c", "-o", "out.o"], then: "miss" },
  {
    what: "linked from the cache",
    other: ["gcc", "-shared", "a.c", "-o", "out.o"],
    delivered: true,
    then: "miss",
  },
  { what: "compiled elsewhere", other: ["gcc", "-DX=2", "-c", "a.c", "-o", "else.o"], then: "hit" },
];

for (const { what, other, delivered = false, then } of OVERLAPS) {
  testWith(["gcc"], `an output over which another one is ${what} meanwhile`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "#ifdef X\nint x = X;\n#endif\n", "sub/.keep": "" });
    await rig.settled();
    const tool = await FakeTool.build(rig, "gcc");
    if (delivered) await rig.expectSame(other, { cold: "miss", warm: "hit" });
    tool.hold("after");
    const first = rig.wrapped([tool.path, ...FIRST]);
    await tool.arrived(first);
    assertOk(await rig.wrapped(other));
    const { reasons } = await rig.counting(async () => {
      tool.release();
      assertOk(await first);
    });
    assert.equal(reasons["output-overwritten"], then === "hit" ? undefined : 1);
    Deno.removeSync(rig.at("out.o"));
    await rig.expectSame([tool.path, ...FIRST], { cold: then, warm: "hit" });
  });
}
