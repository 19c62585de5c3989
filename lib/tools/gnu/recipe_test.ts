import assert from "node:assert/strict";
import { RECIPE_VERSION } from "../../core/mod.ts";
import { parseCall } from "../mod.ts";

/** What the keys of stored results are made of: if a row has to change, so has RECIPE_VERSION. */
const PINNED = [
  ["gcc", "-c src/a.c -O2 -g -MD -o out/a.o", [
    ["family", "gcc"],
    ["driver", "gcc"],
    ["mode", "object"],
    ["language", "c"],
    ["source", "src/a.c"],
    ["arg", "-O2"],
    ["arg", "-g"],
    ["folder", "/w"],
    ["depfile", "MD"],
    ["depfile-output", "out/a.o"],
    ["env", "LANG=C"],
  ]],
  ["clang", "-S -xc++ a.c -I inc --coverage -MMD -MP -MT t", [
    ["family", "clang"],
    ["driver", "clang"],
    ["mode", "assembly"],
    ["language", "c++"],
    ["source", "a.c"],
    ["arg", "-I"],
    ["arg", "inc"],
    ["arg", "--coverage"],
    ["folder", "/w"],
    ["output", "a.s"],
    ["depfile", "MMD MP"],
    ["depfile-target", "-MT"],
    ["depfile-target", "t"],
    ["env", "LANG=C"],
  ]],
] as const;

for (const [family, args, facts] of PINNED) {
  Deno.test(`the facts of ${family} ${args} are those of recipe version 1`, () => {
    const env = new Map([["LANG", "C"], ["HOME", "/h"], ["PWD", "/w"]]);
    const terminal = { stderr: false, columns: 0 };
    const plan = parseCall(family, {
      name: `/usr/bin/${family}`,
      args: args.split(" "),
      cwd: "/w",
      env,
      terminal,
    }, () => undefined);
    assert.equal(RECIPE_VERSION, 1);
    assert.ok(plan.kind === "plan");
    assert.deepEqual(plan.recipe.facts, facts);
  });
}
