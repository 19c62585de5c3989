import assert from "node:assert/strict";
import { hasBeginning, namePieces, wordPieces } from "./name_pieces.ts";

const NAMES = ["FOO_BAR", "DEBUG"];

/** What a text has: `!` = a name, `?` = unclear, else its pieces. */
function seen(text: string, read = namePieces): string {
  const found = read(new TextEncoder().encode(text), NAMES);
  return found === "a name" ? "!" : found === "unclear" ? "?" : [...found].sort().join(" ");
}

const TEXTS: Readonly<Record<string, readonly (readonly [text: string, has: string])[]>> = {
  "words": [
    ["int FOO_BAR;", "!"],
    ["int MY_FOO_BAR, FOO_BARS, FOO_BAR2;", ""],
    ["FOO_ BAR OO B xB 3", "B BAR FOO_ OO"],
    ["é1DEBUG $FOO_BAR$", "!"],
    ["DEBUG", "!"],
    ["", ""],
  ],
  "comments count for nothing": [
    ["/* FOO_BAR */ // DEBUG\nFOO_", "FOO_"],
    ["a / FOO_BAR", "!"],
    ["/* /* */ FOO_BAR", "!"],
    ["//*\nFOO_BAR //*/", "!"],
    ["/**/ FOO_BAR", "!"],
    ["/*/ FOO_BAR", "?"],
  ],
  "of a literal only a whole name counts": [
    [`"FOO_ BAR" 'B' 'DEB'`, ""],
    [`_Pragma("x FOO_BAR")`, "!"],
    [`"\\" FOO_" FOO_ '\\'' BAR`, "BAR FOO_"],
    [`"/*" FOO_BAR "*/"`, "!"],
    [`L"FOO_" u8"BAR" U'B' FOO_`, "FOO_ U"],
  ],
  "quotes with no other on their line": [
    ["#error don't FOO_\nBAR", "BAR FOO_"],
    [`#error "DEBUG`, "!"],
    ["#error don't /* FOO_BAR\n*/", "?"],
    ["#error don't // FOO_\nBAR", "BAR FOO_"],
  ],
  "continued lines": [
    ["FOO_\\\nBAR", "!"],
    ["FOO_\\ \t\r\nBAR", "!"],
    ["FOO\\\n_\\\nBAR", "!"],
    ["// \\\nFOO_BAR\nB", "B"],
    ["/\\\n* FOO_BAR *\\\n/ B", "B"],
    [`"\\\nFOO_" B`, "B"],
    ["FOO_BAR\\", "!"],
  ],
  "what depends on the language or the options": [
    [`R"(FOO_)"`, "?"],
    [`u8R"x(" /* )x"`, "?"],
    ["FOO_??/\nBAR", "?"],
    ["??' /* '", "?"],
    ['"??/" /* "; FOO_BAR /* */', "?"],
    ["FOO_\rBAR", "?"],
    ["FOO_\0", "?"],
  ],
  "separated digits": [
    ["1'000'000 FOO_", "FOO_"],
    ["0xFF'BA'B BAR", "B BA BAR"],
    ["1'0 FOO_ // '", "?"],
    ["1.p2'0 FOO_ // '", "?"],
    ["1e+f'0 FOO_ // '", "?"],
    ["a1'0' FOO_", "FOO_"],
  ],
  "names of files": [
    ["#include <a//b> FOO_BAR", "?"],
    ["#include <a/*b>\nFOO_BAR\n/**/", "?"],
    ["#if __has_include(<a>) || __has_include(<b//c>) || FOO_BAR", "?"],
    ['#include "a\\" "/*"\nFOO_BAR\n/**/', "?"],
    ["#include <a/b> // FOO_BAR", ""],
    ["#include <a> /* <DEBUG */ // <", ""],
    ["#include <FOO_/DEBUG.h>", "!"],
    ["x < y; // FOO_BAR", ""],
  ],
};

for (const [what, texts] of Object.entries(TEXTS)) {
  Deno.test(`namePieces(): ${what}`, () => {
    for (const [text, has] of texts) assert.equal(seen(text), has, text);
  });
}

Deno.test("wordPieces() reads what is not C: every word counts", () => {
  assert.equal(seen('/* FOO_ */ "BAR B', wordPieces), "B BAR FOO_");
  assert.equal(seen("// DEBUG", wordPieces), "!");
  assert.equal(seen("nothing\0", wordPieces), "");
});

Deno.test("hasBeginning() finds a name or its first piece wherever it stands", () => {
  const begins = (text: string) => hasBeginning(new TextEncoder().encode(text), NAMES);
  for (
    const text of ["FOO_BAR", "FOO", "x F", "/* D */", '"DEBUG"', "éFO+", "DEBUG\n", "FOO\\\n_BAR", "\0"]
  ) {
    assert.ok(begins(text), text);
  }
  for (const text of ["", "FOO_BARS xFOO _D BAR OO EBUG DE2 FOO_B1", "f d 1F", "DEBUGS"]) {
    assert.ok(!begins(text), text);
  }
  // whatever has a piece that a name begins with has such a word
  for (const [text, has] of Object.values(TEXTS).flat()) {
    if (/[!FD]/.test(has)) assert.ok(begins(text), text);
  }
});
