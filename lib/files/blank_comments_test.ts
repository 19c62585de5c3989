import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
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

const GCC = hasGcc();

Deno.test({
  name: "blankComments() leaves gcc the same tokens at the same places in real headers",
  ignore: !GCC,
  async fn() {
    const folder = Deno.makeTempDirSync();
    try {
      const headers = await sampleHeaders(60);
      const kept = await Promise.all(headers.map(async (header, i) => {
        const text = Buffer.from(Deno.readFileSync(header)).toString("latin1");
        const blanked = blankComments(text);
        const [before, after] = await Promise.all([
          tokens(`${folder}/${i}a.h`, text),
          tokens(`${folder}/${i}b.h`, blanked),
        ]);
        assert.equal(after, before, header);
        return blanked === text;
      }));
      assert.ok(
        kept.filter((same) => !same).length > headers.length / 2,
        "most headers have comments to blank",
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

/** What gcc's lexer sees, line by line; directives are left alone and nothing is included. */
async function tokens(path: string, text: string): Promise<string> {
  Deno.writeFileSync(path, Buffer.from(text, "latin1"));
  const args = ["-fpreprocessed", "-E", "-w", "-x", "c++", path];
  const { stdout } = await new Deno.Command("gcc", { args, stderr: "null" }).output();
  return Buffer.from(stdout).toString("latin1").replaceAll(path, "");
}

async function sampleHeaders(count: number): Promise<string[]> {
  const args = ["/usr/include", "-name", "*.h", "-type", "f", "-size", "-200k"];
  const { stdout } = await new Deno.Command("find", { args }).output();
  const all = new TextDecoder().decode(stdout).trim().split("\n").sort();
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, i) => i % step === 0);
}

function hasGcc(): boolean {
  try {
    return new Deno.Command("gcc", { args: ["--version"] }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
