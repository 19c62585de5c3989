import { type Allowance, launcher, Rig, testWith, text, typescript } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c": `#include "a.h"\n#include <stddef.h>\nint f(size_t n) { return A + (int)n; }\n`,
  "a.h": "#define A 1\n",
  "a.i": "int preprocessed;\n",
  "b.c": "int b(void) { return 2; }\n",
  "a.cpp":
    `#include "a.h"\ntemplate <class T> T twice(T t) { return t + t; }\nint f() { return twice(A); }\n`,
  "a.S": `#include "a.h"\n.globl f\nf: .long A\n`,
  "a.s": ".globl f\nf: .long 1\n",
  "a.txt": "int from_text;\n",
  "sub/s.c": `#include "a.h"\nint s = A;\n`,
  "inc/a.h": "#define A 3\n",
  "inc/only.h": "#define ONLY 1\n",
  "@at/only.h": "#define ONLY 4\n",
  "only.c": `#include <only.h>\nint only = ONLY;\n`,
  "quote.c": `#include "only.h"\nint quote = ONLY;\n`,
  "needs_a.c": "int needs_a = A;\n",
  "args.rsp": `-DFROM_FILE="a b" -Iinc\n@more.rsp\n`,
  "more.rsp": "-O1 'only.c'",
  "out/.keep": "",
};

/** What every compiler of the two families does alike. */
const COMMON: readonly Row[] = [
  ["-c a.c", "miss", "hit"],
  ["-c a.c -o out/b.o", "hit", "hit"],
  ["-o b.o a.c -c -O2", "miss", "hit"],
  ["-ob.o -c a.c -Os", "miss", "hit"],
  ["-c sub/s.c -I.", "miss", "hit"],
  ["-c -xc a.txt -o t.o", "miss", "hit"],
  ["-x c++ -c a.cpp", "miss", "hit"],
  ["-S a.c", "miss", "hit"],
  ["-S a.c -o out/x.s -O1", "miss", "hit"],
  ["-c a.S", "miss", "hit"],
  ["-c a.c -DX", "hit or miss", "hit"],
  ["-c needs_a.c -D A=7", "miss", "hit"],
  ["-c needs_a.c -DA=8 -UB", "miss", "hit"],
  ["-c a.c -g", "miss", "hit"],
  ["-c a.c -g3", "miss", "hit"],
  ["-c a.c -ggdb -gdwarf-4", "miss", "hit"],
  ["-c a.c -std=gnu99 -fPIC -O2", "miss", "hit"],
  ["-c a.c -march=native", "miss", "hit"],
  ["-c a.c -pthread -fno-common -fvisibility=hidden", "miss", "hit"],
  ["-c a.c -fsanitize=undefined", "miss", "hit"],
  ["-c only.c -Iinc", "miss", "hit"],
  ["-c only.c -I inc -O3", "miss", "hit"],
  ["-c only.c -isystem inc", "miss", "hit"],
  ["-c only.c -I@at", "miss", "hit"],
  ["-c quote.c -iquote inc", "miss", "hit"],
  ["-c only.c -idirafter inc", "miss", "hit"],
  ["-c needs_a.c -include inc/a.h", "miss", "hit"],
  ["-c needs_a.c -imacros a.h", "miss", "hit"],
  ["-c only.c -isysteminc --sysroot=.", "miss", "hit"],
  ["-c @args.rsp", "miss", "hit"],
  ["-c a.c", "miss", "hit", { env: { CPATH: "inc" } }],
];

const PCH: Allowance = {
  because: "a precompiled header is an image of the compiler's memory",
  normalise: (path, bytes) => path.endsWith(".gch") ? new Uint8Array() : bytes,
};

/** What is refused, each for its own reason. */
const REFUSED: readonly Row[] = [
  ["-E a.c", "uncacheable:preprocess-only", "uncacheable:preprocess-only"],
  ["-M a.c", "uncacheable:deps-only", "uncacheable:deps-only"],
  ["-fsyntax-only a.c", "uncacheable:syntax-only", "uncacheable:syntax-only"],
  ["--version", "uncacheable:information", "uncacheable:information"],
  ["-dumpmachine", "uncacheable:information", "uncacheable:information"],
  ["-print-search-dirs", "uncacheable:information", "uncacheable:information"],
  ["-save-temps -c a.c", "uncacheable:save-temps", "uncacheable:save-temps"],
  ["-c a.c -o /dev/null", "uncacheable:special-output", "uncacheable:special-output"],
  ["-S a.c -o -", "uncacheable:stdout-output", "uncacheable:stdout-output"],
  ["-x c-header a.h -o out/a.h.gch", "uncacheable:pch-output", "uncacheable:pch-output", { allow: PCH }],
  ["-c only.c -I=/inc --sysroot=.", "uncacheable:unknown-option", "uncacheable:unknown-option"],
  ["-c -fplugin=./none.so a.c", "uncacheable:plugin", "uncacheable:plugin"],
  ["-c a.i", "uncacheable:unsupported-language", "uncacheable:unsupported-language"],
  ["-c -x c /dev/null -o n.o", "uncacheable:input-not-regular", "uncacheable:input-not-regular"],
  ["-c none.c", "error", "error"],
  ["-c needs_a.c", "error", "error"],
  ["-c", "uncacheable:no-compile", "uncacheable:no-compile"],
  ["-c a.c", "uncacheable:environment", "uncacheable:environment", { env: { DEPENDENCIES_OUTPUT: "deps" } }],
  ["-c a.c", "uncacheable:environment", "uncacheable:environment", { env: { SUNPRO_DEPENDENCIES: "deps" } }],
  ["-c -x c - -o in.o", "uncacheable:stdin-source", "uncacheable:stdin-source", {
    stdin: new TextEncoder().encode("int from_stdin;\n"),
  }],
];

for (const wrapper of [launcher, typescript]) {
  for (const compiler of wrapper === launcher ? ["gcc", "clang"] : ["gcc"]) {
    testWith([compiler], `${wrapper.name}: ${compiler} compiles are cached right`, async (t) => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh(FILES);
      await eachRow(t, { rig, compiler }, COMMON);
    });

    testWith([compiler], `${wrapper.name}: ${compiler} calls that are refused run as if bare`, async (t) => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh(FILES);
      await eachRow(t, { rig, compiler }, REFUSED);
    });
  }
}

testWith(["gcc", "g++"], "the names cc, g++ and c++ are compilers too", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  for (const compiler of ["cc", "c++", "g++", "/usr/bin/gcc", "x86_64-linux-gnu-gcc", "gcc-12"]) {
    await eachRow(t, { rig, compiler }, [[`-c a.cpp -DBY="${compiler}"`, "miss", "hit"]]);
  }
});

testWith(["clang", "clang++"], "the names clang++ and clang-14 are compilers too", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  for (const compiler of ["clang++", "clang-14", "/usr/bin/clang++-14"]) {
    await eachRow(t, { rig, compiler }, [[`-c a.cpp -DBY="${compiler}"`, "miss", "hit"]]);
  }
});

testWith(["gcc"], "gcc: GCC_EXEC_PREFIX is where it looks for its own parts", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const own = text((await rig.bare(["gcc", "-print-file-name=include"])).stdout).replace(/\/include\n$/, "");
  const parts = rig.at(`parts/${own.slice(own.indexOf("lib/gcc/"))}`);
  Deno.mkdirSync(parts, { recursive: true });
  for (const { name } of Deno.readDirSync(own)) Deno.symlinkSync(`${own}/${name}`, `${parts}/${name}`);
  const env = { GCC_EXEC_PREFIX: rig.at("parts/lib/gcc/") };
  await eachRow(t, { rig, compiler: "gcc" }, [
    ["-c a.c", "miss", "hit"],
    ["-c a.c", "miss", "hit", { env }],
  ]);
  Deno.writeTextFileSync(`${parts}/specs`, "*cc1_options:\n+ -DA=5\n\n");
  await rig.settled(); // one that has just changed is not believed yet
  await eachRow(t, { rig, compiler: "gcc" }, [["-c needs_a.c", "miss", "hit", { env }]]);
});

testWith(["clang"], "clang: compiles for macOS heed SDKROOT, and several at once are refused", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({
    "only.c": FILES["only.c"],
    "one/usr/include/only.h": "#define ONLY 1\n",
    "two/usr/include/only.h": "#define ONLY 2\n",
  });
  const args = "--target=x86_64-apple-macosx11 -c only.c";
  const several = "uncacheable:several-architectures";
  await eachRow(t, { rig, compiler: "clang" }, [
    [args, "miss", "hit", { env: { SDKROOT: rig.at("one") } }],
    [args, "miss", "hit", { env: { SDKROOT: rig.at("two") } }],
    [args, "hit", "hit", { env: { SDKROOT: rig.at("one") } }],
    [`${args} -arch x86_64`, "miss", "hit", { env: { SDKROOT: rig.at("one") } }],
    [`${args} -arch x86_64 -arch arm64`, several, several, { env: { SDKROOT: rig.at("one") } }],
  ]);
});
