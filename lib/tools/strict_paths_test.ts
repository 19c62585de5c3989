import assert from "node:assert/strict";
import { strictPathsRefusal } from "./strict_paths.ts";

const ABSOLUTE = "forward-slash absolute path";
const NORMALISED = "normalized path without /./ or /../ components";
const ONE_STYLE = "one separator style per path";
const SAME_STYLE = "all checked paths to use the same separator style";

function refusal(mode: string, line: string, files: Readonly<Record<string, string>> = {}) {
  const [name = "", ...args] = line.split(" ");
  const env = new Map([["ZCCACHE_STRICT_PATHS", mode]]);
  const call = { name, args, cwd: "/w", env, terminal: { stderr: false, columns: 0 } };
  return strictPathsRefusal(call, (path) => files[path])?.message;
}

for (
  const [mode, line, option, flag, expected] of [
    ["absolute", "gcc -c a.c -o a.o -Iinc", "-I", "-Iinc", ABSOLUTE],
    ["absolute", "g++ -c a.cc -I inc", "-I", "-I inc", ABSOLUTE],
    ["1", "clang -c a.c -isystem./x", "-isystem", "-isystem./x", ABSOLUTE],
    ["true", "clang -c a.c -iquote C:\\x", "-iquote", "-iquote C:\\x", ABSOLUTE],
    ["absolute", "clang -idirafter x", "-idirafter", "-idirafter x", ABSOLUTE],
    ["absolute", "clang -Fx", "-F", "-Fx", ABSOLUTE],
    ["absolute", "clang -iframework x", "-iframework", "-iframework x", ABSOLUTE],
    ["absolute", "clang-cl -imsvc x", "-imsvc", "-imsvc x", ABSOLUTE],
    ["absolute", "clang-cl /Ix", "/I", "/Ix", ABSOLUTE],
    ["absolute", "gcc -include a.h", "-include", "-include a.h", ABSOLUTE],
    ["absolute", "clang -include-pch a.pch", "-include-pch", "-include-pch a.pch", ABSOLUTE],
    ["absolute", "gcc -imacros a.h", "-imacros", "-imacros a.h", ABSOLUTE],
    ["absolute", "gcc -I/a/../b", "-I", "-I/a/../b", NORMALISED],
    ["absolute", "gcc -I/a/.", "-I", "-I/a/.", NORMALISED],
    ["absolute", "rustc -Ix", "-I", "-Ix", ABSOLUTE],
    ["consistent", "gcc -Ia/b\\c", "-I", "-Ia/b\\c", ONE_STYLE],
    ["consistent", "gcc -Ia/b -Ic\\d", "-I", "-Ic\\d", SAME_STYLE],
  ] as const
) {
  Deno.test(`strictPathsRefusal() refuses ${line} (${mode})`, () => {
    const word = mode === "consistent" ? mode : "absolute";
    assert.equal(
      refusal(mode, line),
      `zccache: ${option} flag \`${flag}\` violates --strict-paths=${word} (expected ${expected}).\n` +
        `         Caller: ${line}\n`,
    );
  });
}

for (
  const [mode, line] of [
    ["off", "gcc -Ia"],
    ["0", "gcc -Ia"],
    ["absolute", "gcc -I/a -I C:/b -include /c.h -c rel/a.c -o rel/a.o"],
    ["absolute", "gcc -isystem-after -I- -includea.h -c /Include/a.c"],
    ["absolute", "ar rcs -Ix"],
    ["absolute", "echo -Ix"],
    ["absolute", "gcc -c a.c -I"],
    ["consistent", "gcc -Ia -I./b -I../c -Id/e"],
    ["consistent", "gcc -Ia\\b -Ic -I.\\d"],
  ] as const
) {
  Deno.test(`strictPathsRefusal() lets ${line} pass (${mode})`, () => {
    assert.equal(refusal(mode, line), undefined);
  });
}

Deno.test("strictPathsRefusal() names a word that is no mode, whatever the tool", () => {
  for (const word of ["weird", "", "ABSOLUTE"]) {
    assert.equal(
      refusal(word, "echo x"),
      `zccache: invalid strict paths mode '${word}'; expected off, consistent, or absolute\n`,
    );
  }
});

Deno.test("strictPathsRefusal() looks into response files, and shows what they hold", () => {
  const files = { "/w/flags": "-O2 @more", "/w/more": '"-Iin c"' };
  assert.match(
    refusal("absolute", "gcc -c a.c @flags", files) ?? "",
    /^zccache: -I flag `-Iin c` .*\n {9}Caller: gcc -c a\.c -O2 -Iin c\n$/,
  );
  assert.equal(refusal("absolute", "gcc -c a.c @none", files), undefined);
});
