import assert from "node:assert/strict";
import { blankComments } from "./blank_comments.ts";

const BLANKED: readonly (readonly [text: string, blanked: string])[] = [
  ["int a; // one\nint b;", "int a;\nint b;"],
  ["int a; /* one */ int b;", "int a;           int b;"],
  ["/* one\n   two */ int a;", "\n          int a;"],
  ["  /* all */\n\tint a;\t/*\tx */\n", "\n\tint a;\n"],
  ["a/*\t*/b", "a  \t  b"],
  ["a\t\n  b  \n", "a\n  b\n"],
  ["a; // x\r\nb;\r\n", "a;\nb;\n"],
  ['f("/* no */", "// no", \'"\', "\\"//"); // yes', 'f("/* no */", "// no", \'"\', "\\"//");'],
  ["int a = 1'000'000; // it's", "int a = 1'000'000;"],
  ["char c = L'\\'', d = u8'/'; /* x */", "char c = L'\\'', d = u8'/';"],
  ["#define M(x) \\\n  /* doc */ \\\n  x // end\n", "#define M(x) \\\n            \\\n  x\n"],
  ["#if A < B // why\n", "#if A < B\n"],
  ["/**/ /***/ //\nx", "\nx"],
];
for (const [text, blanked] of BLANKED) {
  Deno.test(`blankComments() turns ${JSON.stringify(text)} into ${JSON.stringify(blanked)}`, () => {
    assert.equal(blankComments(text), blanked);
  });
}

/** Nothing of these may be touched: the comment counts, or isn't certainly one. */
const KEPT = [
  "case 1: f(); // fall through\ncase 2:",
  "case 1: f(); /* FALLTHRU */\ncase 2:",
  "x; // NOLINT",
  "// clang-format off\nx",
  "/*LINTED*/ x",
  "x; // caf\xc3\xa9",
  "/* a /* b */ x",
  "x = a //* by */ b\n;",
  "x; // goes on \\\ny;",
  "x; /* goes \\\n on */ y;",
  "a /\\\n* b */ c",
  "a *\\\n/ b // c\n",
  "x \\ // c\ny",
  "x \\ \ny // c",
  "x ??/\n// c\n",
  "x // a\ry",
  'auto s = R"(// x)"; // y',
  'auto s = u8R"y(")y"; // y',
  "#error don't // y",
  '#error say "this // y',
  "x /* never ends",
  "#include <sys//x.h>\n// y",
  "#if __has_include(<a//b>)\n// y",
  '#include "dir\\x.h"\n// y',
  '#include "dir\\"\n// y"',
];
for (const text of KEPT) {
  Deno.test(`blankComments() leaves ${JSON.stringify(text)}`, () => assert.equal(blankComments(text), text));
}
