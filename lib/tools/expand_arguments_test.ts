import assert from "node:assert/strict";
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

const WORDS: readonly (readonly [text: string, words: readonly string[] | undefined])[] = [
  ["a b\tc\nd\re", ["a", "b", "c", "d", "e"]],
  ["a\fb", undefined],
  ["a\vb", undefined],
  [`'a b' "c d" e' 'f`, ["a b", "c d", "e f"]],
  [`a\\ b \\"c\\" '\\'' "\\""`, ["a b", '"c"', "'", '"']],
  [`-DX=\\"y\\" '-DZ="q"'`, ['-DX="y"', '-DZ="q"']],
  ["a\\\nb", ["a\nb"]],
  ["C:\\\\x", ["C:\\x"]],
  ["", []],
  [" \n ", []],
  ["# no comment", ["#", "no", "comment"]],
  ["a ''", undefined],
  ["a\\", undefined],
  ["'a", undefined],
  ["\ufeffa", undefined],
  ["a\0b", undefined],
];
for (const [text, words] of WORDS) {
  Deno.test(`splitWords() reads ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words));
}

for (const tool of ["gcc", "clang"]) {
  Deno.test(`splitWords() agrees with ${tool}`, async () => {
    const folder = await Deno.makeTempDir();
    const texts = WORDS.filter(([, words]) => words !== undefined && words.length > 0);
    for (const [text, words] of texts) {
      await Deno.writeTextFile(`${folder}/rsp`, text);
      const ask = async (args: readonly string[]) => {
        const run = new Deno.Command(tool, {
          args: ["-###", "-x", "c", "-c", ...args],
          cwd: folder,
          env: { LC_ALL: "C" },
        });
        return new TextDecoder().decode((await run.output()).stderr).replaceAll(/\/tmp\/\S+/g, "TEMP");
      };
      assert.equal(await ask(["@rsp"]), await ask(words!), text);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

const WINDOWS: readonly (readonly [text: string, words: readonly string[] | undefined])[] = [
  ["a b\tc\r\nd", ["a", "b", "c", "d"]],
  ["C:\\dir\\x 'y z'", ["C:\\dir\\x", "'y", "z'"]],
  [`"a b" c" d"e`, ["a b", "c de"]],
  [`-DX=\\"y\\" "\\\\" "a\\\\\\"b" \\\\z\\`, ['-DX="y"', "\\", 'a\\"b', "\\\\z\\"]],
  [`"a`, undefined],
  [`a "" b`, undefined],
  ["\ufeffa", undefined],
];
for (const [text, words] of WINDOWS) {
  Deno.test(`splitWindowsWords() reads ${JSON.stringify(text)}`, () =>
    assert.deepEqual(splitWindowsWords(text), words));
}

Deno.test("splitWindowsWords() agrees with clang", async () => {
  const folder = await Deno.makeTempDir();
  for (const [text, words] of WINDOWS.filter(([, words]) => words !== undefined)) {
    await Deno.writeTextFile(`${folder}/rsp`, text);
    const ask = async (args: readonly string[]) => {
      const command = ["--rsp-quoting=windows", "-###", "-x", "c", "-c", ...args];
      const { stderr } = await new Deno.Command("clang", { args: command, cwd: folder }).output();
      return new TextDecoder().decode(stderr).replaceAll(/\/tmp\/\S+/g, "TEMP");
    };
    assert.equal(await ask(["@rsp"]), await ask(words!), text);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("clangQuoting() takes the last word on it", () => {
  assert.equal(clangQuoting(["-c"], "gnu"), "gnu");
  assert.equal(clangQuoting(["--rsp-quoting=windows", "-c"], "gnu"), "windows");
  assert.equal(clangQuoting(["--rsp-quoting=windows", "--rsp-quoting=posix"], "windows"), "gnu");
});
