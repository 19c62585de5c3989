import assert from "node:assert/strict";
import { type Allowance, type Expected, Rig, testWith } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { eachRow, type Row } from "../rig/table.ts";

const MANY = Array.from({ length: 800 }, (_, i) => `-DMANY${i}="a value ${i}"`);

const FILES = {
  "a.c": `#include "in dir.h"\nconst char *a[] = { TEXT }; int v = V;\n`,
  "inc one/in dir.h": "#define V 1\n",
  "plain": `-DTEXT='"x"' -I"inc one" -c a.c\n`,
  "same": `-DTEXT='"x"' -I"inc one" -c a.c\n`,
  "other": `-DTEXT='"y"' -I"inc one" -c a.c\n`,
  "spread": `\n\t-DTEXT=\\"x\\"\r\n   -Iinc\\ one\n-c 'a'.c`,
  "nested": "@sub/first -O1",
  "sub/first": "@sub/second -DTEXT='\"n\"'",
  "sub/second": "-c a.c '-Iinc one'",
  "beside": "@second -DTEXT='\"n\"'",
  "loop": "-c a.c @sub/loop",
  "sub/loop": "-O1 @loop",
  "hundreds": MANY.join("\n"),
  "both": "a.c b.c",
  "b.c": "int b;\n",
  "windows": `-DTEXT=\\"x\\" "-Iinc one" -c a.c -DPATH=c:\\dir\\file`,
  "empty": "",
  "@at.c": "int at;\n",
};

const NAMED: Allowance = {
  because: "gcc names itself as it was started, and the bare one is started by its path",
  stream: (bytes) => new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/^\/usr\/bin\//, "")),
};
const cycle: Expected = "uncacheable:response-file-cycle";
const unread: Expected = "uncacheable:response-file";
const ROWS: readonly Row[] = [
  ["@plain", "miss", "hit"],
  // its content counts, not its name or its form
  ["@same", "hit", "hit"],
  ["@spread", "hit", "hit"],
  ["@./same", "hit", "hit"],
  ["@other", "miss", "hit"],
  ["@plain -DTEXT2", "miss", "hit"],
  ["@empty @plain", "hit", "hit"],
  // relative to the caller's folder, not to the file that names it
  ["@nested", "miss", "hit"],
  ["@beside", unread, unread],
  ["@plain @hundreds", "miss", "hit"],
  ["@loop", cycle, cycle, { allow: NAMED }],
  ["@plain @not/there", unread, unread],
  ["@plain @sub", unread, unread, { allow: NAMED }],
  ["-c @at.c", unread, unread],
  ["-c b.c @empty", "miss", "hit"],
];

const OWN: Readonly<Record<string, readonly Row[]>> = {
  gcc: [["@windows", "miss", "hit"]],
  clang: [
    ["--rsp-quoting=windows @windows", "miss", "hit"],
    ["--rsp-quoting=windows @windows --rsp-quoting=posix", "miss", "hit"],
    ["--config ./flags.cfg -c a.c @empty", "miss", "hit"],
  ],
};

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: response files are read as the compiler reads them`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ ...FILES, "flags.cfg": `-DTEXT='"x"' -I"inc one"\n` });
    await eachRow(t, { rig, compiler }, [...ROWS, ...OWN[compiler] ?? []]);
  });

  testWith([compiler], `${compiler}: a response file may name several sources`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const tool = await FakeTool.build(rig, compiler);
    const command = [tool.path, "-c", "@both", "-DTEXT=0", "-Iinc one", "-MD"];
    await rig.expectSame(command, { cold: ["miss", "miss"], warm: ["hit", "hit"] });
    rig.write({ "b.c": "int bb;\n" });
    await rig.settled();
    await rig.expectSame(command, { cold: ["miss", "hit"] });
    assert.equal(tool.compiles().at(-1), "-c b.c -DTEXT=0 -Iinc one -MD");
    rig.write({ "both": "b.c" });
    await rig.settled();
    await rig.expectSame(command, { cold: "hit" });
  });
}

testWith(["clang"], "clang: a file that a configuration file names is read anew", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a = A;\n", "flags.cfg": "@more\n", "more": "-DA=1\n" });
  const command = ["clang", "--config", "./flags.cfg", "-c", "a.c"];
  await rig.expectSame(command, { cold: "uncacheable:response-file" });
  rig.write({ "more": "-DA=2\n" });
  await rig.settled();
  await rig.expectSame(command, { cold: "uncacheable:response-file" });
});
