import assert from "node:assert/strict";
import { WINDOWS_PATHS } from "../core/mod.ts";
import { WINDOWS_WORDS, WORDS } from "./_word_rows.ts";
import { clangQuoting, expandArguments, splitWindowsWords, splitWords } from "./expand_arguments.ts";

const FILES: Readonly<Record<string, string>> = {
  "/w/flat": "-c a.c\n\t-DX=1",
  "/w/nested": "-O2 @flat @/abs/one -g",
  "/abs/one": "-I'a b' @two",
  "/w/two": "-Dtwo",
  "/w/loop": "-c @loop",
};
const read = (path: string) => FILES[path];

Deno.test("expandArguments() leaves plain arguments as they are", () => {
  const args = ["-c", "a.c", "-DX='1'", "a@b"];
  assert.deepEqual(expandArguments(args, read, { cwd: "/w" }), { kind: "expanded", args, readFrom: [] });
});

Deno.test("expandArguments() reads nested files relative to the caller's folder", () => {
  assert.deepEqual(expandArguments(["-w", "@nested", "z.c"], read, { cwd: "/w" }), {
    kind: "expanded",
    args: ["-w", "-O2", "-c", "a.c", "-DX=1", "-Ia b", "-Dtwo", "-g", "z.c"],
    readFrom: ["/w/nested", "/w/flat", "/abs/one", "/w/two"],
  });
});

for (const [arg, reason] of [["@gone", "response-file"], ["@loop", "response-file-cycle"]] as const) {
  Deno.test(`expandArguments() refuses ${arg}`, () => {
    const found = expandArguments(["-c", arg], read, { cwd: "/w" });
    assert.equal(found.kind === "uncacheable" && found.reason, reason);
  });
}

for (const [text, words] of WORDS) {
  Deno.test(`splitWords() reads ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words));
}

for (const [text, words] of WINDOWS_WORDS) {
  Deno.test(`splitWindowsWords() reads ${JSON.stringify(text)}`, () =>
    assert.deepEqual(splitWindowsWords(text), words));
}

Deno.test("clangQuoting() takes the last word on it", () => {
  assert.equal(clangQuoting(["-c"], "gnu"), "gnu");
  assert.equal(clangQuoting(["--rsp-quoting=windows", "-c"], "gnu"), "windows");
  assert.equal(clangQuoting(["--rsp-quoting=windows", "--rsp-quoting=posix"], "windows"), "gnu");
});

Deno.test("expandArguments() refuses what Windows reads otherwise than with slashes", () => {
  const from = { cwd: "C:/w", paths: WINDOWS_PATHS };
  const words = (path: string) => path === "C:/w/flat" ? "-c b\\\\c.c" : undefined;
  for (
    const [args, odd] of [[["-c", "b\\c.c"], "b\\c.c"], [["@flat"], "b\\c.c"], [["C:a.c"], "C:a.c"]] as const
  ) {
    const refused = { kind: "uncacheable", reason: "odd-path", detail: odd };
    assert.deepEqual(expandArguments(args, words, from), refused);
  }
  assert.equal(expandArguments(["-c", "C:/w/a.c"], words, from).kind, "expanded");
});
