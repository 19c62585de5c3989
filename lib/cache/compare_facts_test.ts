import assert from "node:assert/strict";
import { compareFacts, type Facts } from "./compare_facts.ts";

const args = (...words: string[]): Facts => words.map((word) => ["arg", word] as const);

for (
  const [title, was, now, expected] of [
    ["nothing", args("-O2"), args("-O2"), []],
    ["a changed argument", args("-g", "-O0", "-Wall"), args("-g", "-O2", "-Wall"), [
      { kind: "argument", was: "-O0", now: "-O2" },
    ]],
    ["an added and a dropped one", args("-a", "-b", "-c"), args("-b", "-c", "-d"), [
      { kind: "argument", was: "-a" },
      { kind: "argument", now: "-d" },
    ]],
    ["a value with its option", args("-I", "one", "-I", "two"), args("-I", "one", "-I", "three"), [
      { kind: "argument", was: "-I two", now: "-I three" },
    ]],
    ["definitions among arguments", [["arg", "-g"], ["define", "-DA=1"]], [["arg", "-g"], [
      "define",
      "-DA=2",
    ]], [
      { kind: "argument", was: "-DA=1", now: "-DA=2" },
    ]],
    ["another order", args("-Ia", "-Ib"), args("-Ib", "-Ia"), [
      { kind: "argument", was: "-Ia" },
      { kind: "argument", now: "-Ia" },
    ]],
    ["a variable", [["env", "LANG=C"], ["messages", "NO_COLOR=1"]], [["env", "LANG=de=x"]], [
      { kind: "variable", name: "LANG", was: "C", now: "de=x" },
      { kind: "variable", name: "NO_COLOR", was: "1" },
    ]],
    ["the folder", [["folder", "/a"]], [["folder", "/b"]], [{ kind: "folder", was: "/a", now: "/b" }]],
    [
      "a path below a root that checkouts share",
      args("--out-dir", "\0root/a"),
      args("--out-dir", "\0root/b"),
      [
        { kind: "argument", was: "--out-dir <root>/a", now: "--out-dir <root>/b" },
      ],
    ],
    ["anything else by its label", [["language", "c"], ["source", "a.c"]], [["language", "c++"], [
      "source",
      "a.c",
    ]], [
      { kind: "setting", name: "language", was: "c", now: "c++" },
    ]],
  ] as const satisfies readonly (readonly [string, Facts, Facts, readonly unknown[]])[]
) {
  Deno.test(`compareFacts() finds ${title}`, () => assert.deepEqual(compareFacts(was, now), expected));
}

Deno.test("compareFacts() compares very long commands without their order", () => {
  const words = (from: number) => Array.from({ length: 600 }, (_, i) => `-D${from + i}`);
  const differences = compareFacts(args("-x", ...words(0), "-y"), args("-x", ...words(1).reverse(), "-y"));
  assert.deepEqual(differences, [{ kind: "argument", was: "-D0" }, { kind: "argument", now: "-D600" }]);
});
