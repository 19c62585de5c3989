import { assertOk, Rig, testWith } from "../rig.ts";

const SOURCE =
  `#include "a.h"\nint f(int x) {\n  switch (x) {\n  case 1: x++; /* one */\n  default: return x + A;\n  }\n}\n`;
const HEADER = "#pragma once\n#define A 1 // the first\n";

/** An edit, and whether the object that was there before still is what the compiler gives. */
interface Edit {
  readonly file: string;
  readonly text: string;
  readonly then: "hit" | "miss";
}

const edited = (text: string, from: string, to: string): string => text.replace(from, () => to);

const COMMENT_EDITS: Readonly<Record<string, Edit>> = {
  "a comment behind a macro": {
    file: "a.h",
    text: edited(HEADER, "the first", "quite another text"),
    then: "hit",
  },
  "a comment is gone": { file: "a.h", text: edited(HEADER, " // the first", ""), then: "hit" },
  "a comment in the source": { file: "a.c", text: edited(SOURCE, "/* one */", "/* eins */"), then: "hit" },
  "a comment that moves code": {
    file: "a.c",
    text: edited(SOURCE, "switch", "/* here */ switch"),
    then: "miss",
  },
  "a comment that adds a line": {
    file: "a.h",
    text: edited(HEADER, "the first", "the\n// first"),
    then: "miss",
  },
  "a comment that speaks to a warning": {
    file: "a.c",
    text: edited(SOURCE, "/* one */", "/* fall through */"),
    then: "miss",
  },
  "what looks like a comment in a string": {
    file: "a.h",
    text: edited(HEADER, "1 // the first", 'sizeof("// the first") // the first'),
    then: "miss",
  },
  "code": { file: "a.h", text: edited(HEADER, "A 1", "A 2"), then: "miss" },
};

for (const options of [["-O1"], ["-g", "-O0"], ["-Wextra", "-Wno-implicit-fallthrough"]]) {
  testWith(["gcc"], `gcc ${options.join(" ")}: edited comments`, async (t) => {
    for (const [what, edit] of Object.entries(COMMENT_EDITS)) {
      await t.step(what, async () => {
        await using rig = await Rig.open();
        rig.fresh({ "a.c": SOURCE, "a.h": HEADER });
        const argv = ["gcc", "-c", "a.c", ...options];
        await rig.expectSame(argv, { cold: "miss", warm: "hit" });
        Deno.writeTextFileSync(rig.at(edit.file), edit.text);
        await rig.expectSame(argv, { cold: edit.then, warm: "hit" });
      });
    }
  });
}

testWith(["gcc", "clang"], "edited comments count where they can show", async () => {
  await using rig = await Rig.open();
  for (
    const [argv, source] of [
      [["clang", "-c", "a.c", "-g"], SOURCE],
      [["gcc", "-c", "a.c", "-std=c89"], SOURCE.replace("// the first", "")],
      [["gcc", "-c", "a.c", "-Wall"], `${SOURCE}static int unused; /* never */\n`],
    ] as const
  ) {
    rig.fresh({ "a.c": source, "a.h": "#define A 1\n" });
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
    Deno.writeTextFileSync(rig.at("a.c"), source.replace(/\/\* (one|never) \*\//g, "/* NEW */"));
    await rig.expectSame(argv, { cold: "miss", warm: "hit" });
  }
});

testWith(["gcc"], "slashes in an include are no comment", async () => {
  await using rig = await Rig.open();
  const source = (header: string) => `#include <inc//${header}>\nint a = A;\n`;
  rig.fresh({ "a.c": source("one.h"), "inc/one.h": "#define A 1\n", "inc/two.h": "#define A 2\n" });
  await rig.expectSame(["gcc", "-c", "a.c", "-I."], { cold: "miss", warm: "hit" });
  Deno.writeTextFileSync(rig.at("a.c"), source("two.h"));
  await rig.expectSame(["gcc", "-c", "a.c", "-I."], { cold: "miss", warm: "hit" });
});

/** Definitions against `-DA=1 -DUNUSED=1`, and whether the text stays the same. */
const DEFINITIONS: readonly (readonly [definitions: readonly string[], then: "hit" | "miss"])[] = [
  [["-DA=1", "-DUNUSED=2"], "hit"],
  [["-DA=1"], "hit"],
  [["-DA=1", "-UUNUSED", "-DOTHER"], "hit"],
  [["-DA=2", "-DUNUSED=1"], "miss"],
  [["-DA=1", "-DEXTRA"], "miss"],
  [["-DA=1", "-DPICK_B"], "miss"],
];

for (const compiler of ["gcc", "clang"]) {
  testWith([compiler], `${compiler}: changed definitions`, async (t) => {
    for (const [definitions, then] of DEFINITIONS) {
      await t.step(definitions.join(" "), async () => {
        await using rig = await Rig.open();
        rig.fresh({
          "a.c": `#ifdef PICK_B\n#include "b.h"\n#endif\n#ifdef EXTRA\nint extra;\n#endif\nint a = A;\n`,
          "b.h": "\n",
        });
        const argv = (words: readonly string[]) => [compiler, "-c", "a.c", "-g", "-MD", ...words];
        await rig.expectSame(argv(["-DA=1", "-DUNUSED=1"]), { cold: "miss", warm: "hit" });
        await rig.expectSame(argv(definitions), { cold: then, warm: "hit" });
      });
    }
  });

  testWith([compiler], `${compiler}: definitions count where they can show`, async () => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n" });
    for (const option of ["-g3", "-Wundef"]) {
      const then = option === "-g3" ? "miss" : "hit";
      await rig.expectSame([compiler, "-c", "a.c", option, "-DX=1"], { cold: "miss", warm: "hit" });
      await rig.expectSame([compiler, "-c", "a.c", option, "-DX=2"], { cold: then, warm: "hit" });
    }
    rig.fresh({ "a.c": "#define X 5\nint a = X;\n" });
    // a redefinition is warned about, though the text stays the same
    await rig.expectSame([compiler, "-c", "a.c"], { cold: "miss", warm: "hit" });
    await rig.expectSame([compiler, "-c", "a.c", "-DX=1"], { cold: "miss", warm: "hit" });
  });
}

testWith(["gcc"], "gcc takes a precompiled header or not by the macros that are defined", async () => {
  for (const use of ["", " + FLAG"]) {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": '#include "a.h"\n', "a.h": `int a = 1${use};\n` });
    assertOk(await rig.bare(["gcc", "-DFLAG=1", "-x", "c-header", "a.h", "-o", "a.h.gch"]));
    // gcc doesn't look whether it's out of date
    Deno.writeTextFileSync(rig.at("a.h"), `int a = 2;${use === "" ? "" : " // FLAG"}\n`);
    await rig.settled();
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" });
    await rig.expectSame(["gcc", "-c", "a.c", "-DFLAG=1"], { cold: "any" });
  }
});

testWith(
  ["clang"],
  "clang: comments and definitions count where code is kept in LLVM's own form",
  async () => {
    await using rig = await Rig.open();
    const header = (comment: string) =>
      `int a; // ${comment}\nstatic inline void f(void) { __asm__("nop"); }\n`;
    for (const options of [["-emit-llvm"], ["-S", "-emit-llvm"], ["-flto"]]) {
      rig.fresh({ "a.c": '#include "a.h"\nvoid g(void) { f(); }\n', "a.h": header("one") });
      const argv = ["clang", "-c", "a.c", ...options];
      await rig.expectSame([...argv, "-DX=1"], { cold: "miss", warm: "hit" });
      await rig.expectSame([...argv, "-DX=12345"], { cold: "miss", warm: "hit" });
      Deno.writeTextFileSync(rig.at("a.h"), header("quite another one"));
      await rig.expectSame([...argv, "-DX=1"], { cold: "miss", warm: "hit" });
    }
  },
);

testWith(["clang"], "clang -gcodeview: the object holds the arguments", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  const argv = ["clang", "--target=x86_64-w64-mingw32", "-c", "a.c", "-g", "-gcodeview"];
  await rig.expectSame(argv, {
    cold: "uncacheable:unknown-option",
    warm: "uncacheable:unknown-option",
  });
  await rig.expectSame([...argv, "-MD", "-DX=1"], { cold: "miss", warm: "hit" });
  await rig.expectSame([...argv, "-MD", "-DX=2"], { cold: "miss", warm: "hit" });
});
