import assert from "node:assert/strict";
import { PathMap } from "../../core/mod.ts";
import type { Call, Family, Plan } from "../tool.ts";
import { parseGnu } from "./parse.ts";

function plan(
  family: Family,
  line: string,
  at: { root: string; cwd: string; env?: [string, string][]; isOutside?: boolean },
): Plan {
  const roots = [{ name: "root", path: at.root }];
  const isWithin = at.cwd === at.root || at.cwd.startsWith(`${at.root}/`);
  if (!isWithin && at.isOutside !== true) roots.push({ name: "work", path: at.cwd });
  const call: Call = {
    name: family,
    args: line.replaceAll("ROOT", at.root).split(" "),
    cwd: at.cwd,
    env: new Map(at.env ?? []),
    roots: new PathMap(roots),
    terminal: { stderr: false, columns: 0 },
  };
  const parsed = parseGnu(family, call, () => undefined);
  if (parsed.kind !== "plan") assert.fail(JSON.stringify(parsed));
  return parsed;
}

const BUILD = { root: "/w/wt1", cwd: "/w/wt1/out/build" };

Deno.test("a call below the root runs with maps before its own options", () => {
  const gcc = plan("gcc", "-g -c ROOT/src/a.c -MD", BUILD);
  assert.deepEqual(gcc.runArgs("dep"), [
    "-fmacro-prefix-map=/w/wt1/=./",
    "-fdebug-prefix-map=/w/wt1/=../../",
    "-fdebug-prefix-map=/w/wt1/out/build/=./",
    "-fdebug-prefix-map=/w/wt1//.=.",
    "-g",
    "-c",
    "/w/wt1/src/a.c",
    "-MD",
  ]);
  assert.deepEqual(gcc.runEnv, ["PWD=/w/wt1//./out/build"]);
  const clang = plan("clang", "-g -c ROOT/src/a.c -MD", BUILD);
  assert.equal(clang.runArgs("dep")[3], "-fdebug-compilation-dir=./out/build");
  assert.deepEqual(clang.runEnv, []);
});

Deno.test("a call in the root, and one outside of it, map these folders to their own", () => {
  const inRoot = plan("clang", "-c a.c", { root: "/w/wt1", cwd: "/w/wt1" });
  assert.deepEqual(inRoot.mapArgs, [
    "-fmacro-prefix-map=/w/wt1/=./",
    "-fdebug-prefix-map=/w/wt1/=./",
    "-fdebug-compilation-dir=.",
  ]);
  const outside = plan("gcc", "-c ROOT/a.c", { root: "/w/wt1", cwd: "/build/one" });
  assert.deepEqual(outside.mapArgs, [
    "-fmacro-prefix-map=/build/one/=./",
    "-fmacro-prefix-map=/w/wt1/=./",
    "-fdebug-prefix-map=/w/wt1/=./",
    "-fdebug-prefix-map=/build/one/=./",
    "-fdebug-prefix-map=/build/one//.=.",
  ]);
});

Deno.test("checkouts have the same key where paths below their roots are all that differs", () => {
  const digest = (line: string, root: string) =>
    plan("gcc", line, { root, cwd: `${root}/build` }).recipe.digest();
  for (
    const line of [
      "-g -c ROOT/src/a.c",
      "-c ROOT/a.c -IROOT/inc -isystem ROOT/sys -include ROOT/c.h",
      "-c ROOT/a.c -o ROOT/build/a.o -MD -MF ROOT/build/a.d -MT ROOT/build/a.o",
      "-c ROOT/a.c -ffile-prefix-map=ROOT=/src",
      "-c ../a.c",
    ]
  ) {
    assert.equal(digest(line, "/w/wt1"), digest(line, "/other/wt22"), line);
  }
  assert.notEqual(digest("-c ROOT/a.c", "/w/wt1"), digest("-c ROOT/b.c", "/w/wt1"));
  assert.notEqual(digest("-c ../a.c", "/w/wt1"), digest("-c ROOT/a.c", "/w/wt1"));
});

Deno.test("a map of the root by the caller is used as it is", () => {
  const own = plan("gcc", "-g -c ROOT/a.c -ffile-prefix-map=ROOT=/src", BUILD);
  assert.deepEqual([own.mapArgs, own.runEnv], [[], []]);
  assert.equal(own.unshared, undefined);
});

Deno.test("what is made in a checkout by a call outside of it has maps of the root, and keeps its folder", () => {
  const call = (root: string, env: [string, string][] = []) =>
    plan("gcc", "-g -c a.c -IROOT/out -o ROOT/out/a.o", { root, cwd: "/fetched/one", env, isOutside: true });
  const { mapArgs, runEnv, recipe } = call("/w/wt1");
  assert.deepEqual(mapArgs, ["-fmacro-prefix-map=/w/wt1/=./", "-fdebug-prefix-map=/w/wt1/=./"]);
  assert.deepEqual(runEnv, []);
  assert.equal(recipe.digest(), call("/w/wt22").recipe.digest());
  const byLink = call("/w/wt22", [["PWD", "/link/one"]]);
  assert.notEqual(recipe.digest(), byLink.recipe.digest());
});

Deno.test("the loader's folders count by where they are below the root", () => {
  const digest = (root: string, folders: string) => {
    const env: [string, string][] = [["LD_LIBRARY_PATH", folders.replaceAll("ROOT", root)]];
    const made = plan("clang", "-c ROOT/a.c", { root, cwd: root, env });
    assert.equal(made.unshared, undefined);
    return made.recipe.digest();
  };
  assert.equal(digest("/w/wt1", "/x:ROOT/lib:ROOT"), digest("/w/wt22", "/x:ROOT/lib:ROOT"));
  assert.notEqual(digest("/w/wt1", "ROOT/lib"), digest("/w/wt1", "ROOT/lib2"));
  assert.notEqual(digest("/w/wt1", "/x/w/wt1/lib"), digest("/w/wt22", "/x/w/wt22/lib"));
});

for (
  const [line, reason, env] of [
    ['-c ROOT/a.c -DX="ROOT"', "path_sensitive_arg"],
    ["-c ROOT/a.c -fdebug-prefix-map=ROOT=x", "path_sensitive_arg"],
    ["-c ROOT/a.c -ffile-prefix-map=ROOT=ROOT/x", "path_sensitive_arg"],
    ["-c ROOT/a.c -BROOT/tools", "path_sensitive_arg"],
    ["-c ROOT/a.c -flto", "path_sensitive_arg"],
    ["-c ROOT/a.c --coverage", "path_sensitive_arg"],
    ["-c ROOT/a.c -fsanitize=undefined", "path_sensitive_arg"],
    ["-c ROOT/a.c -g -gz=zlib", "path_sensitive_arg"],
    ["-c ROOT/a.c -frecord-gcc-switches", "path_sensitive_arg"],
    ["-c ROOT/a.c", "path_sensitive_arg", [["CPATH", "/w/wt1/inc"]]],
    ["-c ROOT/a.S", "unsupported_language"],
    ["-c ROOT/../a.c", "path_outside_root"],
    ["-c /x/a.c", "path_outside_root"],
  ] as [string, string, [string, string][]?][]
) {
  Deno.test(`${line} is not shared: ${reason}`, () => {
    const made = plan("gcc", line, { ...BUILD, ...env === undefined ? {} : { env } });
    assert.equal(made.unshared?.reason, reason);
    assert.deepEqual([made.roots, made.mapArgs, made.runEnv], [undefined, undefined, []]);
  });
}

Deno.test("a root that is written differently in different places is not shared", () => {
  for (const root of ["/w/a#b", "/w/ä", "/w/a%b"]) {
    const made = plan("gcc", "-c ROOT/a.c", { root, cwd: root });
    assert.equal(made.unshared?.reason, "path_sensitive_arg", root);
  }
});
