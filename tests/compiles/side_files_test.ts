import { type Allowance, assertOk, Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c": `#include "pre.h"\nint f(int n) { return n ? A : 0; }\n`,
  "pre.h": "#define A 1\n",
  "b.c": `int b(int n) { return n + 1; }\n`,
  "ignore.txt": "fun:f\n",
  "date.c": "const char *d = __DATE__;\n",
  "time.c": "const char *t = __TIME__;\n",
  "stamp.c": "const char *t = __TIMESTAMP__;\n",
  "older.c": '#pragma GCC dependency "data.bin"\nint older;\n',
  "incbin.c": `__asm__(".incbin \\"data.bin\\"");\n`,
  "data.bin": "data",
  "has.c": `#define NAME <none.h>\n#if __has_include(NAME)\n#error found\n#endif\nint has;\n`,
  "out/.keep": "",
};

/** A -ftime-trace file holds the times that the compiler took; what counts is that it is there. */
const TRACE: Allowance = {
  because: "-ftime-trace writes durations",
  normalise: (path, bytes) => path.endsWith(".json") ? new Uint8Array() : bytes,
};

/** A dump tells pointers and times of its own run. */
const DUMP: Allowance = {
  because: "dumps hold addresses",
  normalise: (path, bytes) => path.endsWith(".o") ? bytes : new Uint8Array(),
};

const BOTH: readonly Row[] = [
  ["-g -gsplit-dwarf -c a.c", "miss", "hit"],
  ["-g -gsplit-dwarf -c a.c -o out/x.o", "miss", "hit"],
  ["--coverage -frandom-seed=7 -c a.c", "miss", "hit"],
  ["-fprofile-arcs -ftest-coverage -frandom-seed=7 -c a.c -o out/y.o", "miss", "hit"],
  ["-c date.c", "uncacheable:date-or-time", "uncacheable:date-or-time"],
  ["-c stamp.c", "uncacheable:date-or-time", "uncacheable:date-or-time"],
  ["-c older.c", "uncacheable:date-or-time", "uncacheable:date-or-time"],
  ["-c incbin.c", "uncacheable:assembler-include", "uncacheable:assembler-include"],
  ["-c has.c", "uncacheable:computed-has-include", "uncacheable:computed-has-include"],
];

const GCC: readonly Row[] = [
  ...BOTH,
  ["-c time.c", "miss", "hit", { env: { SOURCE_DATE_EPOCH: "1000000000" } }],
  ["-c time.c", "miss", "hit", { env: { SOURCE_DATE_EPOCH: "1000000001" } }],
  ["-fstack-usage -c a.c", "miss", "hit"],
  ["-fstack-usage -c a.c -o out/z.o", "hit or miss", "hit"],
  ["-fcallgraph-info -c a.c", "miss", "hit"],
  ["-frandom-seed=7 -c a.c", "miss", "hit"],
  ["-fdump-tree-optimized -c a.c", "uncacheable:compiler-dump", "uncacheable:compiler-dump", { allow: DUMP }],
  ["-fprofile-use -c a.c", "uncacheable:profile-use", "uncacheable:profile-use"],
  ["-c a.c -Wa,-adhln=out/list", "uncacheable:unknown-option", "uncacheable:unknown-option"],
];

const CLANG: readonly Row[] = [
  ...BOTH,
  ["-fstack-usage -c a.c", "uncacheable:unknown-option", "uncacheable:unknown-option"],
  ["-ftime-trace -c a.c", "uncacheable:time-trace", "uncacheable:time-trace", { allow: TRACE }],
  ["-MJ out/db.json -c a.c", "uncacheable:compile-database", "uncacheable:compile-database"],
  ["-fsanitize=address -fsanitize-ignorelist=ignore.txt -c a.c", "miss", "hit"],
  ["-fno-integrated-as -c b.c", "uncacheable:external-assembler", "uncacheable:external-assembler"],
  ["-fmodules -c a.c -fmodules-cache-path=out", "uncacheable:modules", "uncacheable:modules"],
  ["-Xclang -disable-O0-optnone -c a.c", "miss", "hit"],
  [
    "-arch x86_64 -arch arm64 -c a.c",
    "uncacheable:several-architectures",
    "uncacheable:several-architectures",
  ],
];

testWith(["gcc"], "gcc's files beside the object are cached right or refused", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "gcc" }, GCC);
});

testWith(["clang"], "clang's files beside the object are cached right or refused", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "clang" }, CLANG);
});

testWith(["gcc"], "a gcc precompiled header that is used is never ignored", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const argv = ["gcc", "-c", "a.c", "-include", "pre.h"];
  const precompile = (value: number) =>
    rig.bare(["gcc", "-x", "c-header", "pre.h", "-o", "pre.h.gch", `-DA=${value}`, "-Dinlined"]);
  rig.write({ "pre.h": "#ifndef A\n#define A 1\n#endif\n" });
  await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  for (const value of [5, 6]) {
    assertOk(await precompile(value));
    await rig.expectSame(argv, { cold: "any", warm: "any" });
    await rig.expectSame([...argv, `-DA=${value}`, "-Dinlined"], { cold: "any", warm: "any" });
  }
  Deno.removeSync(rig.at("pre.h.gch"));
  await rig.expectSame(argv, { cold: "hit", warm: "hit" });
});

testWith(["clang"], "a clang precompiled header that is used is never ignored", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await rig.prepare(["clang", "-x", "c-header", "pre.h", "-o", "pre.pch"]);
  await rig.expectSame(["clang", "-c", "b.c", "-include-pch", "pre.pch"], {
    cold: "uncacheable:pch-input",
    warm: "uncacheable:pch-input",
  });
});

testWith(["clang", "llvm-profdata"], "a new profile is a new result", async () => {
  await using rig = await Rig.open();
  rig.fresh({ ...FILES, "main.c": "int f(int n) { return n * 2; }\nint main(void) { return f(0); }\n" });
  const profile = async () => {
    const [prog, raw] = ["./prog", rig.at("raw.profraw")];
    await rig.prepare(["clang", "-fprofile-instr-generate", "main.c", "-o", prog]);
    await rig.prepare([prog], { env: { LLVM_PROFILE_FILE: raw } });
    await rig.prepare(["llvm-profdata", "merge", "-o", "p.profdata", "raw.profraw"]);
  };
  await profile();
  const compile = ["clang", "-O2", "-fprofile-instr-use=p.profdata", "-c", "main.c"];
  await rig.expectSame(compile, { cold: "miss", warm: "hit" });
  rig.write({ "main.c": "int f(int n) { return n * 2; }\nint main(void) { return f(0) + f(0); }\n" });
  await profile();
  rig.write({ "main.c": "int f(int n) { return n * 2; }\nint main(void) { return f(0); }\n" });
  await rig.expectSame(compile, { cold: "miss", warm: "hit" });
});
