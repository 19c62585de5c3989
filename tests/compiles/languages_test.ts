import { type Allowance, Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "plain.s": ".globl p\np: .long 1\n",
  "includes.s": `.include "part.inc"\n.incbin "bytes.bin"\n`,
  "part.inc": ".globl q\nq: .long 2\n",
  "bytes.bin": "bytes",
  "cpp.S": `#include "part.h"\n.globl r\nr: .long PART\n`,
  "part.h": "#define PART 3\n",
  "args.rsp": "--defsym Y=2 plain.s",
  "o.m": '#import "part.h"\n@interface A\n+ (int)one;\n@end\nint f(void) { return [A one] + PART; }\n',
  "o.mm": '#include "part.h"\n@interface B\n+ (int)one;\n@end\nint g() { return [B one] + PART; }\n',
  "kernel.cu": "__global__ void k() {}\n",
  "k.hip": "int h;\n",
  "module.f90": "module m\n  integer :: a\nend module\n",
  "unit.cppm": "export module unit;\nexport int u() { return 1; }\n",
  "uses.cpp": "import unit;\nint v() { return u(); }\n",
  "plain.cpp": "int w;\n",
  "out/.keep": "",
};

const language = "uncacheable:unsupported-language";
const modules = "uncacheable:modules";

const TEMPORARY: Allowance = {
  because: "the object holds the name of a temporary file",
  normalise: () => new Uint8Array(),
};

const BOTH: readonly Row[] = [
  ["-c plain.s", "miss", "hit"],
  ["-c cpp.S -MD -o out/cpp.o", "miss", "hit"],
  ["-c -x assembler-with-cpp plain.s -DX", "miss", "hit"],
  ["-c includes.s", "uncacheable:assembler-include", "uncacheable:assembler-include"],
  ["-c module.f90", language, language],
];
const GCC: readonly Row[] = [
  ["-std=c++20 -fmodules-ts -c plain.cpp", modules, modules],
];
const CLANG: readonly Row[] = [
  ["-c o.m", "miss", "hit"],
  ["-c o.m -MMD -O1", "miss", "hit"],
  ["-c o.mm -MD", "miss", "hit"],
  ["-x objective-c -c o.m -g -o out/o.o", "miss", "hit"],
  ["-c kernel.cu -nocudainc -nocudalib", language, language],
  ["-c -x cuda plain.cpp -nocudainc -nocudalib", language, language],
  ["-c -x hip k.hip -nogpulib -nogpuinc", language, language],
  ["-std=c++20 --precompile unit.cppm -o out/unit.pcm", modules, modules],
  ["-std=c++20 -c unit.cppm -o out/unit.o", modules, modules, { allow: TEMPORARY }],
  ["-std=c++20 -fmodules -c plain.cpp -fmodules-cache-path=out", modules, modules],
  ["-std=c++20 -fprebuilt-module-path=out -c plain.cpp", modules, modules],
  ["-std=c++20 -fmodule-file=out/unit.pcm -c plain.cpp", modules, modules],
  // what needs a module that isn't given fails, here and bare
  ["-std=c++20 -c uses.cpp", "error", "error"],
];

for (const [compiler, own] of [["gcc", GCC], ["clang", CLANG]] as const) {
  testWith([compiler], `${compiler}: assembly and other languages`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await eachRow(t, { rig, compiler }, [...BOTH, ...own]);
  });
}

testWith(["clang"], "an edit of what an Objective-C source imports is seen", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await rig.expectSame(["clang", "-c", "o.m"], { cold: "miss", warm: "hit" });
  rig.write({ "part.h": "#define PART 4\n" });
  await rig.settled();
  await rig.expectSame(["clang", "-c", "o.m"], { cold: "miss", warm: "hit" });
});

testWith(["as"], "as: the assembler by itself, with what its sources include", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "as" }, [
    ["plain.s -o out/plain.o", "miss", "hit"],
    ["plain.s", "miss", "hit"],
    ["-g plain.s -o p.o", "miss", "hit"],
    ["@args.rsp -o p.o", "miss", "hit"],
    ["plain.s includes.s --defsym X=1 -o both.o", "miss", "hit"],
    ["-al plain.s -o p.o", "uncacheable:unknown-option", "uncacheable:unknown-option"],
    ["--version", "uncacheable:information", "uncacheable:information"],
    ["not_there.s -o p.o", "error", "error"],
  ]);
  await rig.expectSame(["as", "includes.s", "-o", "i.o"], { cold: "miss", warm: "hit" });
  for (const [path, text] of [["part.inc", ".globl z\nz: .long 7\n"], ["bytes.bin", "other"]] as const) {
    rig.write({ [path]: text });
    await rig.settled();
    await rig.expectSame(["as", "includes.s", "-o", "i.o"], { cold: "miss", warm: "hit" });
  }
});

testWith(
  ["gfortran"],
  "gfortran runs as it is: module files keep their time while they stay the same",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    await rig.expectSame(["gfortran", "-c", "module.f90"], { cold: language, warm: language });
  },
);
