import assert from "node:assert/strict";
import { type Allowance, assertOk, launcher, Rig, testWith, typescript } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c": `#include "a.h"\n#include <stdio.h>\nint a(void) { return puts("a") + A; }\n`,
  "a.h": "#define A 1\n",
  "sub/b.c": `#include "../a.h"\n#include <inc/sys.h>\nint b(void) { return A + S; }\n`,
  "system/inc/sys.h": "#define S 2\n",
  "c.cpp": `#include <vector>\nint c() { return std::vector<int>(3).size(); }\n`,
  "warns.c": `#include "a.h"\nstatic int w(void) { int x; return A; }\n`,
  "warns_in_header.c": `#include "bad.h"\nint wh(void) { return bad(0); }\n`,
  "bad.h": "static int bad(unsigned u) { int unused; return u; }\n",
  "fails.c": `#include "a.h"\nint f(void) { return B; }\n`,
  "missing_header.c": "#include <not/there.h>\n",
  "d.c": "int d(void) { return 4; }\n",
  "s.s": ".globl s\ns:\n",
  "p.S": `#include "a.h"\n.globl p\np: .long A\n`,
};

const ALL_HIT = (count: number) => new Array<"hit">(count).fill("hit");
const ALL_MISS = (count: number) => new Array<"miss">(count).fill("miss");

/** The stamp stands behind the magic number and the version. */
const STAMPED: Allowance = {
  because: "gcc's coverage notes and the object hold a stamp of the run",
  normalise: (path, bytes) => /\.(?:gcno|o)$/.test(path) ? new Uint8Array() : bytes,
};

/** Every first run is of other options, so that all its sources are new. */
const ROWS: readonly Row[] = [
  ["-c a.c sub/b.c -Isystem", ALL_MISS(2), ALL_HIT(2)],
  ["-c -MD a.c sub/b.c -isystem system", ALL_MISS(2), ALL_HIT(2)],
  ["-c -MMD a.c sub/b.c -isystem system", ALL_MISS(2), ALL_HIT(2)],
  ["-c -MMD -MP -MT t a.c sub/b.c -isystem system", ALL_MISS(2), ALL_HIT(2)],
  // whether a.h is the system's can't be proved: the tool writes each -MMD file
  ["-c -MMD a.c sub/b.c -I. -isystem . -isystem system", ALL_MISS(2), ALL_HIT(2)],
  ["-c -DE -MMD -I. -isystem . a.c fails.c d.c", ["miss", "miss", "error"], ["hit", "hit", "error"]],
  ["-S a.c d.c -O2", ALL_MISS(2), ALL_HIT(2)],
  ["-c -g a.c d.c", ALL_MISS(2), ALL_HIT(2)],
  ["-c -g -gsplit-dwarf a.c d.c", ALL_MISS(2), ALL_HIT(2)],
  ["-c --coverage a.c d.c", ALL_MISS(2), ALL_HIT(2), { allow: STAMPED }],
  ["-c a.c s.s p.S -DX", ALL_MISS(3), ALL_HIT(3)],
  ["-c a.c c.cpp -DY", ALL_MISS(2), ALL_HIT(2)],
  ["-c -x c++ a.c -x c d.c -DZ", ALL_MISS(2), ALL_HIT(2)],
  // messages are each source's own, in the order of the command line
  ["-c -Wall warns.c a.c warns_in_header.c", ALL_MISS(3), ALL_HIT(3)],
  ["-c -Wall -Wextra -MD d.c warns.c", ALL_MISS(2), ALL_HIT(2)],
  // the others of a run that fails are kept
  ["-c -DF a.c fails.c d.c", ["miss", "miss", "error"], ["hit", "hit", "error"]],
  [
    "-c -DG -Wall a.c warns.c missing_header.c d.c",
    ["miss", "miss", "uncacheable:shared-messages", "error"],
    [
      "hit",
      "hit",
      "uncacheable:shared-messages",
      "error",
    ],
  ],
  ["-c -DH -Wall -Werror a.c warns.c d.c", ["miss", "miss", "error"], ["hit", "hit", "error"]],
  ["-c -DI -MMD a.c fails.c d.c", ["miss", "miss", "error"], ["hit", "hit", "error"]],
  // what can't be told apart is left to the tool
  ["-c a.c sub/b.c -o x.o", "uncacheable:multiple-sources", "uncacheable:multiple-sources"],
  ["-c a.c d.c -MD -MF x.d", "uncacheable:multiple-sources", "uncacheable:multiple-sources"],
];

const MISSING = "-c -DJ a.c not_there.c";
const OWN_ROWS: Readonly<Record<string, readonly Row[]>> = {
  gcc: [[MISSING, ["uncacheable:shared-messages", "error"], ["uncacheable:shared-messages", "error"]]],
  // the driver itself finds it missing, and compiles nothing
  clang: [[MISSING, ["error", "error"], ["error", "error"]]],
};

for (const wrapper of [launcher, typescript]) {
  for (const compiler of wrapper === launcher ? ["gcc", "clang"] : ["gcc"]) {
    testWith([compiler, "g++"], `${wrapper.name}: ${compiler} with several sources is as bare`, async (t) => {
      await using rig = await Rig.open({ wrapper });
      rig.fresh(FILES);
      await eachRow(t, { rig, compiler }, [...ROWS, ...OWN_ROWS[compiler] ?? []]);
    });
  }
}

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: one process compiles what isn't known, and nothing else`, async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const tool = await FakeTool.build(rig, compiler);
    const compile = (...sources: string[]) => [tool.path, "-O1", "-c", ...sources, "-MD"];
    await rig.expectSame(compile("d.c"), { cold: "miss", warm: "hit" });
    await rig.expectSame(compile("warns.c"), { cold: "miss", warm: "hit" });
    const before = tool.compiles().length;
    await rig.expectSame(compile("a.c", "d.c", "warns.c"), { cold: ["miss", "hit", "hit"] });
    assert.deepEqual(tool.compiles().slice(before + 1), ["-O1 -c a.c -MD"]);
    await rig.expectSame(compile("a.c", "d.c", "warns.c"), { cold: ["hit", "hit", "hit"] });
    await rig.expectSame(compile("a.c"), { cold: "hit" });
    await rig.expectSame(compile("d.c", "a.c"), { cold: ["hit", "hit"] });
    rig.write({ "a.h": "#define A 2\n" });
    await rig.settled();
    const edited = tool.compiles().length;
    await rig.expectSame(compile("a.c", "d.c", "warns.c"), { cold: ["miss", "hit", "miss"] });
    assert.deepEqual(tool.compiles().slice(edited + 1), ["-O1 -c a.c warns.c -MD"]);
  });

  testWith(
    [compiler],
    `${compiler}: a hit with messages is run again among misses, so that their order is the tool's`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh(FILES);
      const all = [compiler, "-Wall", "-Wextra", "-c"];
      await rig.expectSame([...all, "warns_in_header.c"], { cold: "miss" });
      await rig.expectSame([...all, "warns.c", "warns_in_header.c", "d.c"], {
        cold: ["miss", "miss", "miss"],
      });
      await rig.expectSame([...all, "warns_in_header.c", "d.c", "warns.c"], { cold: ["hit", "hit", "hit"] });
      await rig.expectSame([...all, "fails.c", "warns_in_header.c", "d.c"], {
        cold: ["error", "miss:shared-messages", "hit"],
      });
    },
  );

  testWith([compiler], `${compiler}: messages that can't be told apart are never replayed`, async () => {
    await using rig = await Rig.open();
    rig.fresh({
      ...FILES,
      "claims.c": `static int c(void) { int i; }\n#line 1 "d.c"\nstatic int e(void) { int j; }\n`,
      "forced.h": "static int h(void) { int j; }\n",
    });
    const all = [compiler, "-Wall", "-c"];
    const unsure = "uncacheable:shared-messages";
    await rig.expectSame([...all, "claims.c", "d.c"], { cold: [unsure, unsure], warm: [unsure, unsure] });
    await rig.expectSame([...all, "d.c"], { cold: "miss" });
    await rig.expectSame([...all, "-include", "forced.h", "a.c", "d.c"], {
      cold: [unsure, unsure],
      warm: [unsure, unsure],
    });
    await rig.expectSame([...all, "-x", "c", "a.c", "forced.h"], {
      cold: ["miss", "miss"],
      warm: ["hit", "hit"],
    });
  });

  testWith(
    [compiler],
    `${compiler}: an object that an earlier compile left is not taken for this one's`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh({ ...FILES, "d.o": "not an object\n", "fails.o": "old\n", "a.o": "old\n" });
      await rig.expectSame([compiler, "-c", "d.c", "fails.c", "a.c"], {
        cold: ["miss", "error", "miss"],
        warm: ["hit", "error", "hit"],
      });
    },
  );

  testWith(
    [compiler],
    `${compiler}: many sources with many headers, whose lists fill more than a pipe`,
    async () => {
      await using rig = await Rig.open();
      const files: Record<string, string> = {};
      const names = Array.from({ length: 40 }, (_, i) => `headers/${"a_rather_long_name".repeat(8)}_${i}.h`);
      for (const name of names) files[name] = `int ${name.replace(/\W/g, "_")};\n`;
      const sources = Array.from({ length: 30 }, (_, i) => `s${i}.c`);
      for (const source of sources) {
        files[source] = names.map((name) => `#include "${name}"\n`).join("") +
          `int ${source.slice(0, -2)};\n`;
      }
      rig.fresh(files);
      await rig.expectSame([compiler, "-c", ...sources], { cold: ALL_MISS(30), warm: ALL_HIT(30) });
      rig.write({ [names[7]!]: "int changed;\n" });
      await rig.settled();
      await rig.expectSame([compiler, "-c", ...sources], { cold: ALL_MISS(30), warm: ALL_HIT(30) });
    },
  );
}

for (const compiler of ["g++", "clang++"]) {
  testWith([compiler], `${compiler}: several C++ sources, one of them edited`, async () => {
    await using rig = await Rig.open();
    const source = (name: string) =>
      `#include "h.hpp"\n#include <string>\nstd::string ${name}() { return H; }\n`;
    rig.fresh({
      "a.cpp": source("a"),
      "b.cpp": source("b"),
      "c.cpp": `#include <vector>\nint c() { int unused; return std::vector<int>(3).size(); }\n`,
      "h.hpp": `#define H "h"\n`,
    });
    for (const flags of [[], ["-MD"], ["-g", "-MMD", "-MP"]]) {
      const command = [compiler, "-Wall", "-c", ...flags, "a.cpp", "b.cpp", "c.cpp"];
      rig.write({ "h.hpp": `#define H "h"\n` });
      await rig.settled();
      await rig.expectSame(command, { cold: ALL_MISS(3), warm: ALL_HIT(3) });
      rig.write({ "h.hpp": `#define H "other"\n` });
      await rig.settled();
      // the third one says something, so it is compiled again among misses: the order of messages is the tool's
      await rig.expectSame(command, { cold: ["miss", "miss", "miss:shared-messages"], warm: ALL_HIT(3) });
    }
  });
}

testWith(["gcc"], "two at once with the same sources give both the same", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await rig.settled();
  const compile = ["gcc", "-c", "a.c", "d.c", "c.cpp"];
  const outcomes = await Promise.all([rig.wrapped(compile), rig.wrapped(compile)]);
  for (const outcome of outcomes) assertOk(outcome);
  await rig.expectSame(compile, { cold: ["hit", "hit", "hit"] });
});

testWith(["gcc"], "more sources than a reply can name files are left to the tool", async () => {
  await using rig = await Rig.open();
  const sources = Array.from({ length: 300 }, (_, i) => `s${i}.s`);
  rig.fresh(Object.fromEntries(sources.map((source) => [source, "\n"])));
  const command = ["gcc", "-c", "-MD", "-gsplit-dwarf"];
  await rig.expectSame([...command, ...sources], {
    cold: "uncacheable:unknown-option",
  });
  const odd = Array.from({ length: 1025 }, (_, i) => `t${i}.s`);
  rig.write(Object.fromEntries(odd.map((source) => [source, "\n"])));
  await rig.expectSame(["gcc", "-c", ...odd], { cold: "uncacheable:too-large" });
});
