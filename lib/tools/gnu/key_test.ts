import assert from "node:assert/strict";
import type { Call } from "../mod.ts";
import { type Around, plan } from "./_parsed_call.ts";

const TERMINAL = { stderr: true, columns: 80 };
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
