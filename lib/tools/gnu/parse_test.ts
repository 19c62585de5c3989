import assert from "node:assert/strict";
import type { Reason } from "../../core/mod.ts";
import type { Batch, Call, Family, Plan } from "../mod.ts";
import { parseGnu } from "./parse.ts";

interface Around {
  readonly family?: Family;
  readonly name?: string;
  readonly exe?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: Call["terminal"];
  readonly files?: Readonly<Record<string, string>>;
}

function parse(args: string | readonly string[], around: Around = {}) {
  const family = around.family ?? "gcc";
  const call: Call = {
    name: around.name ?? family,
    ...(around.exe === undefined ? {} : { exe: around.exe }),
    args: typeof args === "string" ? args.split(" ") : args,
    cwd: around.cwd ?? "/w",
    env: new Map(Object.entries(around.env ?? {})),
    terminal: around.terminal ?? { stderr: false, columns: 0 },
  };
  return parseGnu(family, call, (path) => around.files?.[path]);
}

function plan(args: string | readonly string[], around: Around = {}): Plan {
  const parsed = parse(args, around);
  assert.equal(parsed.kind, "plan", JSON.stringify(parsed));
  return parsed as Plan;
}

const BOTH: readonly (readonly [args: string, reason: Reason])[] = [
  ["a.o b.o -o prog", "called-for-link"],
  ["a.c", "called-for-link"],
  ["a.c b.c -o prog -Wl,-Map=x --mystery", "called-for-link"],
  ["-shared -o x.so a.o", "called-for-link"],
  ["a.o", "called-for-link"],
  ["-c", "no-compile"],
  ["-c a.o", "no-compile"],
  ["-c a.c b.o", "no-compile"],
  ["-c a.c libx.a", "no-compile"],
  ["-c a.c noextension", "no-compile"],
  ["-S s.s", "no-compile"],
  ["-S p.S -o x", "no-compile"],
  ["", "no-compile"],
  ["-c a.c b.c -o x.o", "multiple-sources"],
  ["-c a.c b.c -MD -MF x.d", "multiple-sources"],
  ["-c a.c b.c -Wp,-MD,x.d", "multiple-sources"],
  ["-c a.c -frecord-gcc-switches b.c", "multiple-sources"],
  ["-c a.c x/a.c", "multiple-sources"],
  ["-c -MMD a.c a.cc", "multiple-sources"],
  ["-c a.c b.i", "unsupported-language"],
  ["-E a.c", "preprocess-only"],
  ["-E -c a.c -o x.i", "preprocess-only"],
  ["-M a.c", "deps-only"],
  ["-MM -c a.c", "deps-only"],
  ["-c a.c -MM -MF x", "deps-only"],
  ["-fsyntax-only a.c", "syntax-only"],
  ["--version", "information"],
  ["-v", "information"],
  ["-### -c a.c", "information"],
  ["-dumpversion", "information"],
  ["-dumpmachine", "information"],
  ["-print-search-dirs", "information"],
  ["-print-file-name=libc.a", "information"],
  ["--help=optimizers", "information"],
  ["-v -c a.c", "information"],
  ["-c a.c --mystery", "unknown-option"],
  ["-c a.c -qmystery", "unknown-option"],
  ["-c a.c -o", "unknown-option"],
  ["-c a.c -I", "unknown-option"],
  ["-c a.c -o x -o y", "unknown-option"],
  ["-c -- a.c", "unknown-option"],
  ["-c a.c -I- -Ix", "unknown-option"],
  ["-c a.c -I=x", "unknown-option"],
  ["-c a.c --sysroot=/r -I=x -isysroot /q", "unknown-option"],
  ["-c a.c -iwithprefix x", "unknown-option"],
  ["-c a.c -wrapper x", "unknown-option"],
  ["-c a.c -Wmissing-include-dirs", "unknown-option"],
  ["-c a.c -Wa,-ahls=x.lst", "unknown-option"],
  ["-c a.c -Wa,-Iinc", "unknown-option"],
  ["-c a.c -Wa,-g", "random"],
  ["-c a.c -Wa,--MD,x", "unknown-option"],
  ["-c a.c -Wa,-o,x", "unknown-option"],
  ["-c a.c -Xassembler -alh", "unknown-option"],
  ["-c a.c -Xpreprocessor -MD", "unknown-option"],
  ["-c a.c -Wp,-Iinc", "unknown-option"],
  ["-c a.c -Wp,-MD", "unknown-option"],
  ["-c a.c -gsplit-dwarf -g0", "unknown-option"],
  ["-c p.S -g -gsplit-dwarf", "unknown-option"],
  ["-c a.c -flto -g -gsplit-dwarf", "unknown-option"],
  ["-c a.f90", "unsupported-language"],
  ["-c a.cu", "unsupported-language"],
  ["-c a.i", "unsupported-language"],
  ["-c a.ii", "unsupported-language"],
  ["-c a.go", "unsupported-language"],
  ["-x cuda -c a.c", "unsupported-language"],
  ["-xf95 -c a.c", "unsupported-language"],
  ["-x cpp-output -c a.c", "unsupported-language"],
  ["-x toString -c a.c", "unsupported-language"],
  ["-c a.c -fpreprocessed", "unsupported-language"],
  ["-c a.h", "pch-output"],
  ["a.hpp -o a.hpp.gch", "pch-output"],
  ["-x c++-header -c a.h", "pch-output"],
  ["-c a.c -fpch-preprocess", "pch-input"],
  ["-c a.cppm", "modules"],
  ["-c a.cpp -fmodules", "modules"],
  ["-c a.cpp -fmodules-ts", "modules"],
  ["-c a.cpp -fmodule-mapper=x", "modules"],
  ["-c -", "stdin-source"],
  ["-c -x c - -o x.o", "stdin-source"],
  ["-S a.c -o -", "stdout-output"],
  ["-c a.c -o /dev/stdout", "stdout-output"],
  ["-c a.c -o /dev/null", "special-output"],
  ["-c a.c -o dir/", "special-output"],
  ["-c a.c -save-temps", "save-temps"],
  ["-c a.c -save-temps=obj", "save-temps"],
  ["-c a.c -fdump-tree-all", "compiler-dump"],
  ["-c a.c -da", "compiler-dump"],
  ["-c a.c -dP", "compiler-dump"],
  ["-c a.c -dumpbase x", "compiler-dump"],
  ["-c a.c -aux-info x", "compiler-dump"],
  ["-c a.c -fopt-info-vec=x", "compiler-dump"],
  ["-c a.c -fsave-optimization-record", "compiler-dump"],
  ["-c a.c -fdiagnostics-format=sarif-file", "compiler-dump"],
  ["-c a.c -fplugin=x.so", "plugin"],
  ["-c a.c -fplugin-arg-x-y=z", "plugin"],
  ["-c a.c -ftime-report", "time-trace"],
  ["-c a.c -ftime-trace", "time-trace"],
  ["-c a.c -ftime-trace=x", "time-trace"],
  ["-c a.c -time", "time-trace"],
  ["-c a.c -fprofile-use", "profile-use"],
  ["-c a.c -fauto-profile", "profile-use"],
  ["-c a.c -fbranch-probabilities", "profile-use"],
  ["-c a.c --coverage -fno-test-coverage", "coverage-data"],
  ["-c a.c -fprofile-note=x", "coverage-data"],
  ["-arch x86_64 -arch arm64 -c a.c", "several-architectures"],
  ["-c a.c -MJ x.json", "compile-database"],
  ["-c a.c -MD -MG", "missing-headers-allowed"],
  ["-c a.c -MF x", "depfile-target"],
  ["-c a.c -MP", "depfile-target"],
  ["-c a.c -MT x", "depfile-target"],
  ["-c a.c -MD -MMD", "depfile-target"],
  ["-c a.c -MD -MF -", "depfile-target"],
  ["-c a.c -MD -MF /dev/stdout", "depfile-target"],
  ["-c a.c -Wp,-MD,x -MD", "depfile-target"],
  ["-c a.c -Wp,-MD,x -MT y", "depfile-target"],
  ["-c a.c -MD -o x/.o", "depfile-target"],
  ["-c a.c -DX=__DATE__", "date-or-time"],
  ["-c a.c -D X=f(__TIME__)", "date-or-time"],
  ["-c a.c -DX(a)=a##__TIMESTAMP__", "date-or-time"],
  ["-c a.c -Wp,-DX=__DATE__", "date-or-time"],
  ["@gone", "response-file"],
];
const GCC: typeof BOTH = [
  ["-c a.c -flto -fstack-usage", "unknown-option"],
  ["-c a.c -fprofile-use=dir", "profile-use"],
  ["-c a.c -Xclang -foo", "unknown-option"],
  ["-c a.c -target x", "unknown-option"],
];
const CLANG: typeof BOTH = [
  // Its .su file is there only if some function is.
  ["-c a.c -fstack-usage", "unknown-option"],
  ["-c a.c -no-integrated-as", "external-assembler"],
  ["-c a.c -fno-integrated-as", "external-assembler"],
  ["-c a.c -include-pch x.pch", "pch-input"],
  ["-c a.c -Xclang -include-pch -Xclang x.pch", "pch-input"],
  ["-c a.c -emit-ast", "unknown-option"],
  ["-c a.c -Xclang -load -Xclang x.so", "unknown-option"],
  ["-c a.c -mllvm -stats", "unknown-option"],
  ["-c a.c --coverage -Xclang -disable-llvm-passes", "unknown-option"],
  ["-c a.c -mllvm -print-after-all", "unknown-option"],
  ["-c a.c -mllvm -pass-remarks-output=x", "unknown-option"],
  ["-c a.c -fpass-plugin=x.so", "plugin"],
  ["-c a.c -fprebuilt-module-path=x", "modules"],
  ["-c a.c -gmodules", "modules"],
  ["-c a.c -module-dependency-dir x", "modules"],
  ["-c a.c -fprofile-instr-use", "profile-use"],
  ["-c a.c -gsplit-dwarf", "unknown-option"],
  ["-S a.c -g -gsplit-dwarf", "unknown-option"],
  ["-c a.c -g1 -gsplit-dwarf", "unknown-option"],
  ["-c a.c -serialize-diagnostics x.dia", "compiler-dump"],
  ["-c a.c -foptimization-record-passes=x", "compiler-dump"],
  ["-c a.c -object-file-name=x", "unknown-option"],
  ["-c a.c -Wp,-MD,x,-MT,y", "unknown-option"],
  ["-c a.c -working-directory x", "unknown-option"],
  ["-c a.c -I x.hmap", "unknown-option"],
  ["-c a.c -gen-cdb-fragment-path x", "compile-database"],
  ["-c a.c -frecord-command-line", "unknown-option"],
  ["-c a.c --target=x86_64-windows-msvc", "unknown-option"],
  ["--analyze a.c", "called-for-link"],
  ["-cc1 -emit-obj a.c", "called-for-link"],
];

for (const [family, rows] of [["gcc", [...BOTH, ...GCC]], ["clang", [...BOTH, ...CLANG]]] as const) {
  for (const [args, reason] of rows) {
    Deno.test(`parseGnu() of ${family} refuses ${args}: ${reason}`, () => {
      const parsed = parse(args === "" ? [] : args, { family });
      assert.equal(parsed.kind === "uncacheable" ? parsed.reason : "a plan", reason);
    });
  }
}

for (const name of ["DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "GCC_COMPARE_DEBUG", "CC_PRINT_HEADERS"]) {
  Deno.test(`parseGnu() refuses ${name}`, () => {
    assert.deepEqual(parse("-c a.c", { env: { [name]: "" } }), {
      kind: "uncacheable",
      reason: "environment",
      detail: name,
    });
  });
}

Deno.test("parseGnu() lists folders in the tool's order, those of the environment behind", () => {
  const { search } = plan(
    "-c a.c -Ione -iquote q -I two -isystem s1 -idirafter d -iprefix p/ -iwithprefix x -iwithprefixbefore y",
    { env: { CPATH: "e1::e2", C_INCLUDE_PATH: "cs", CPLUS_INCLUDE_PATH: "no" } },
  );
  assert.deepEqual(search, {
    quote: ["q"],
    angle: ["one", "two", "p/y", "e1", ".", "e2"],
    system: ["s1", "cs"],
    after: ["d", "p/x"],
  });
  assert.deepEqual(plan("--sysroot=/r -I=/x -isystem $SYSROOT/y -c a.c").search.angle, ["/r/x"]);
});

Deno.test("parseGnu() asks the probe only what matters to it", () => {
  const args = "-c a.c -O2 -m32 -DX --sysroot /r -Ix -B. -nostdinc -g -march=native";
  assert.deepEqual(plan(args, { env: { PATH: "/bin", CPATH: "x", LANG: "C" } }).probe, {
    language: "c",
    args: ["-m32", "--sysroot", "/r", "-B.", "-nostdinc", "-march=native"],
    env: [["PATH", "/bin"]],
    folder: "/w",
  });
  assert.equal(plan("-c a.c --sysroot=/r").probe.folder, undefined);
});

Deno.test("parseGnu() tells C from C++ as the driver does", () => {
  assert.equal(plan("-c a.c").language, "c");
  assert.equal(plan("-c a.c", { name: "g++" }).language, "c++");
  assert.equal(plan("-c a.c", { name: "mycc", exe: "/usr/bin/g++-12" }).language, "c++");
  assert.equal(plan("-c a.c", { name: "mycc", family: "clang", exe: "/usr/bin/clang++" }).language, "c");
  assert.equal(plan("-x c -c a.cpp", { name: "g++" }).language, "c");
  assert.equal(plan("-x c -x none -c a.cpp").language, "c++");
  assert.equal(plan("-c a.mm").language, "objective-c++");
  assert.equal(plan("-c a.S").language, "assembler-with-cpp");
});

Deno.test("parseGnu() looks inside response files and runs them as they were", () => {
  const found = plan("@rsp -DX", { files: { "/w/rsp": "-c a.c -o 'x y.o'" } });
  assert.deepEqual(found.parsedFrom, ["/w/rsp"]);
  assert.equal(found.outputs[0]?.path, "x y.o");
  assert.deepEqual(found.runArgs("/t/d"), ["@rsp", "-DX", "-MD", "-MF", "/t/d"]);
});

Deno.test("parseGnu() names inputs, forced includes and what is beside headers", () => {
  const found = plan("-c a.c -include pre.h -imacros m.h -fsanitize-ignorelist=l.txt", { family: "clang" });
  assert.deepEqual(found.inputs, ["a.c", "l.txt"]);
  assert.deepEqual(found.forcedIncludes, ["pre.h", "m.h"]);
  assert.deepEqual(found.mustBeAbsent, ["pre.h.pch", "pre.h.gch", "m.h.pch", "m.h.gch"]);
  assert.deepEqual(plan("-c a.c -include pre.h").mustBeAbsent, []);
  assert.deepEqual(plan("-c a.c").headerSuffixes, [".gch"]);
  assert.deepEqual(plan("-c a.c -fprofile-use=p.data", { family: "clang" }).inputs, ["a.c", "p.data"]);
});

Deno.test("parseGnu() replaces -MMD by a full private list for the run", () => {
  const found = plan("-MMD -c a.c -MF x.d -MT y -O2");
  assert.deepEqual(found.discovery, { how: "filtered-depfile", path: "x.d" });
  assert.deepEqual(found.runArgs("/t/d"), ["-MD", "-c", "a.c", "-MT", "y", "-O2", "-MF", "/t/d"]);
  assert.deepEqual(found.outputs.map((output) => output.role), ["object"]);
  const kernel = plan("-Wp,-MMD,sub/.a.d -c a.c");
  const wp = (piece: string) => ["-Xpreprocessor", piece];
  assert.deepEqual(kernel.runArgs("/t/,d"), [...wp("-MD"), ...wp("/t/,d"), "-c", "a.c"]);
  const clang = plan("-Wp,-MMD,sub/.a.d -c a.c", { family: "clang" });
  assert.deepEqual(clang.runArgs("/t/,d"), ["-MD", "-MF", "/t/,d", "-c", "a.c"]);
  assert.deepEqual(kernel.discovery, { how: "filtered-depfile", path: "sub/.a.d" });
});

Deno.test("parseGnu() preprocesses without outputs and dependencies", () => {
  assert.deepEqual(plan("-c a.c -MD -MF x -o y.o -O2 -g").preprocessArgs, ["a.c", "-O2", "-g", "-E"]);
  assert.equal(plan("-c a.S").preprocessArgs, undefined);
});

const TERMINAL = { stderr: true, columns: 80 };
Deno.test("parseGnu() adds nothing for a terminal: the tool gets one", () => {
  for (const family of ["gcc", "clang"] as const) {
    const around = { family, env: { TERM: "xterm", COLUMNS: "70" } };
    const shown = plan("-c a.c", { ...around, terminal: TERMINAL });
    assert.deepEqual(shown.runArgs("d"), plan("-c a.c", around).runArgs("d"));
  }
});

Deno.test("the key tells apart what the messages' form depends on", () => {
  const form = (env: Readonly<Record<string, string>>, terminal: Call["terminal"] = TERMINAL) =>
    plan("-c a.c", { env, terminal }).recipe.text();
  const piped = { stderr: false, columns: 0 };
  const names =
    "TERM COLORTERM COLUMNS TERMINFO TERM_PROGRAM VTE_VERSION GCC_COLORS GCC_URLS TERM_URLS NO_COLOR";
  const onTerminal = [
    form({}),
    form({}, piped),
    form({}, { stderr: true, columns: 100 }),
    form({}, { stderr: true, stdin: true, columns: 80 }),
    form({ TERM: "dumb" }),
    ...names.split(" ").map((name) => form({ [name]: "x" })),
  ];
  assert.equal(new Set(onTerminal).size, onTerminal.length);
  for (const name of ["TERM", "COLUMNS", "COLORTERM"]) {
    assert.equal(form({ [name]: "x" }, piped), form({}, piped), `${name} without a terminal`);
  }
  assert.notEqual(form({ CLICOLOR_FORCE: "1" }, piped), form({}, piped));
});

/** Each row: calls that give the same, whose keys must be one, and then calls that differ from all others. */
const key = (args: string, around: Around = {}) => plan(args, around).recipe.text();
for (const family of ["gcc", "clang"] as const) {
  Deno.test(`the key of ${family} leaves out what nothing depends on`, () => {
    const one = key("-c a.c -O2", { family });
    for (const args of ["-c a.c -O2 -o x.o", "-c -O2 a.c", "-o other/y -c -O2 -pipe a.c"]) {
      assert.equal(key(args, { family }), one, args);
    }
    assert.equal(key("-c a.c -O2", { family, cwd: "/elsewhere" }), one);
    assert.equal(key("-c a.c -O2", { family, env: { HOME: "/x", TERM: "xterm", PWD: "/y" } }), one);
    assert.equal(
      key("-c a.c -MD -MT t -MF x.d", { family }),
      key("-c a.c -MD -MT t -MF y.d -o z", { family }),
    );
  });

  Deno.test(`the key of ${family} tells apart what gives different bytes`, () => {
    const variants: readonly (readonly [args: string, around?: Around])[] = [
      ["-c a.c"],
      ["-c b.c"],
      ["-c ./a.c"],
      ["-S a.c"],
      ["-c a.c -g"],
      ["-c a.c -g", { cwd: "/other" }],
      ["-c a.c -g", { env: { PWD: "/link" } }],
      ["-c a.c -g3"],
      ["-c a.c -O1"],
      ["-c a.c -O2"],
      ["-c a.c -Wall"],
      ["-c a.c -w"],
      ["-c a.c -DX"],
      ["-c a.c -DX=1"],
      ["-c a.c -UX"],
      ["-c a.c -DX -UX"],
      ["-c a.c -UX -DX"],
      ["-c a.c -Ix"],
      ["-c a.c -isystem x"],
      ["-c a.c -MD"],
      ["-c a.c -MD -o x.o"],
      ["-c a.c -MD -MP"],
      ["-c a.c -MD -MT x"],
      ["-c a.c -MD -MQ x"],
      ["-c a.c -MD -MT x -MT y"],
      ["-c a.c -MMD"],
      ["-c a.c -Wp,-MD,x"],
      ["-c a.c --coverage"],
      ["-c a.c --coverage -o x.o"],
      ["-c a.c --coverage", { cwd: "/other" }],
      ["-c a.c -g -gsplit-dwarf"],
      ["-c a.c -g -gsplit-dwarf -o x.o"],
      ["-c a.c -fprofile-arcs"],
      ["-c a.c -march=native"],
      ["-x c++ -c a.c"],
      ["-c a.c -include x.h"],
      ["-c a.c -std=c11"],
      ["-c a.c -Wa,--noexecstack"],
      ["-c a.c -fdiagnostics-color=always"],
      ["-c a.c", { env: { LANG: "de_DE.UTF-8" } }],
      ["-c a.c", { env: { LC_ALL: "C" } }],
      ["-c a.c", { env: { CPATH: "x" } }],
      ["-c a.c", { env: { SOURCE_DATE_EPOCH: "1" } }],
      ["-c a.c", { env: { SOURCE_DATE_EPOCH: "2" } }],
      ["-c a.c", { env: { COMPILER_PATH: "/x" } }],
      ["-c a.c", { name: "/x/cross-cc" }],
    ];
    const seen = new Map<string, string>();
    for (const [args, around] of variants) {
      const text = key(args, { family, ...around });
      const label = `${args} ${JSON.stringify(around)}`;
      assert.equal(seen.get(text), undefined, label);
      seen.set(text, label);
    }
  });
}

Deno.test("Plan flags: comments, the processor, clock macros", () => {
  assert.equal(plan("-c a.c -g", { family: "clang" }).commentsCount, true);
  assert.equal(plan("-c a.c -g").commentsCount, false);
  assert.equal(plan("-c a.c -C").commentsCount, true);
  assert.equal(plan("-c a.S").commentsCount, true);
  assert.equal(plan("-c a.c -std=c99 -Wimplicit-fallthrough=3").commentsCount, false);
  for (
    const option of ["-ansi", "-std=c89", "-std=iso9899:1990", "-traditional-cpp", "-Wimplicit-fallthrough=1"]
  ) {
    assert.equal(plan(`-c a.c ${option}`).commentsCount, true, option);
  }
  assert.equal(plan("-c a.c -march=native").hostCpu, true);
  assert.equal(plan("-c a.c -march=x86-64").hostCpu, false);
  assert.deepEqual(plan('-c a.c -D__DATE__="x" -D__TIME__=').definedClockMacros, ["__DATE__", "__TIME__"]);
});

function batch(args: string | readonly string[], around: Around = {}): Batch {
  const parsed = parse(args, around);
  assert.equal(parsed.kind, "batch", JSON.stringify(parsed));
  return parsed as Batch;
}

Deno.test("parseGnu() plans each of several sources as if it were alone", () => {
  for (const family of ["gcc", "clang"] as const) {
    const together = batch("-Ix -c a.c -O2 -x c++ -MD b.c -Iy", { family });
    const alone = [
      plan("-Ix -c a.c -O2 -MD -Iy", { family }),
      plan("-Ix -c -O2 -x c++ -MD b.c -Iy", { family }),
    ];
    for (const [index, one] of alone.entries()) {
      const its = together.plans[index]!;
      assert.deepEqual(its.recipe.facts, one.recipe.facts);
      assert.deepEqual([its.source, its.outputs, its.search], [one.source, one.outputs, one.search]);
      assert.deepEqual([its.discovery, its.inputs, its.language], [one.discovery, one.inputs, one.language]);
    }
    assert.equal(together.lists, false);
    assert.deepEqual(together.runArgs([1], "dep"), "-Ix -c -O2 -x c++ -MD b.c -Iy".split(" "));
  }
});

Deno.test("parseGnu() runs several sources as they came, some of them with what is theirs, and asks for lists", () => {
  const files = { "/w/args": "a.c b.c -O2" };
  const together = batch("-c @args c.c", { files });
  assert.ok(together.lists);
  assert.deepEqual(together.parsedFrom, ["/w/args"]);
  assert.deepEqual(together.runArgs([0, 1, 2], "dep"), ["-c", "@args", "c.c", "-MD", "-MF", "dep"]);
  assert.deepEqual(together.runArgs([0, 2], "dep"), ["-c", "a.c", "-O2", "c.c", "-MD", "-MF", "dep"]);
  const filtered = batch("-c -MMD -MP a.c b.c");
  assert.ok(!filtered.lists);
  assert.deepEqual(filtered.runArgs([0, 1], "dep"), ["-c", "-MD", "-MP", "a.c", "b.c"]);
  const huge = { "/w/args": `${"-DLONG=12345678901234567890 ".repeat(20_000)} a.c b.c` };
  assert.deepEqual(batch("-c @args", { files: huge }).runArgs([1], "d"), ["-c", "@args", "-MD", "-MF", "d"]);
});
