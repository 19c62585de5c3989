import assert from "node:assert/strict";
import { isCommonPath, PathMap, tellCommonPath } from "./path_map.ts";

const here = new PathMap([{ name: "root", path: "/w/wt1" }, { name: "work", path: "/w/wt1-build" }]);
const there = new PathMap([{ name: "root", path: "/other/wt22" }, { name: "work", path: "/b" }]);

Deno.test("PathMap translates paths below its roots from one checkout to another", () => {
  const rows = [
    ["/w/wt1/src/a.c", "/other/wt22/src/a.c"],
    ["/w/wt1", "/other/wt22"],
    ["/w/wt1/../x", "/other/wt22/../x"],
    ["/w/wt1-build/gen.h", "/b/gen.h"],
    ["/w/wt10/x.h", "/w/wt10/x.h"],
    ["/usr/include/stdio.h", "/usr/include/stdio.h"],
    ["../src/a.c", "../src/a.c"],
    ["x/w/wt1/a.c", "x/w/wt1/a.c"],
    ["\u{2}root/odd.c", "\u{2}root/odd.c"],
  ] as const;
  for (const [path, other] of rows) {
    assert.equal(here.fromCommon(here.toCommon(path)), path);
    assert.equal(there.fromCommon(here.toCommon(path)), other);
  }
});

Deno.test("PathMap translates texts, and paths in them as a whole only", () => {
  const text = "In file included from /w/wt1/a.c:3,\n/w/wt10/b.c: /x/w/wt1/c.c '/w/wt1' -I/w/wt1/inc\n";
  assert.equal(
    there.textFromCommon(here.textToCommon(text)),
    "In file included from /other/wt22/a.c:3,\n/w/wt10/b.c: /x/w/wt1/c.c '/other/wt22' -I/w/wt1/inc\n",
  );
  assert.equal(here.textFromCommon(here.textToCommon(text)), text);
});

Deno.test("PathMap sees paths behind what sets a colour", () => {
  const text = "\u{1b}[01m\u{1b}[K/w/wt1/src/a.c:3:5:\u{1b}[m\u{1b}[K warning: x /w/wt1m";
  assert.equal(
    there.textFromCommon(here.textToCommon(text)),
    "\u{1b}[01m\u{1b}[K/other/wt22/src/a.c:3:5:\u{1b}[m\u{1b}[K warning: x /w/wt1m",
  );
});

Deno.test("PathMap knows what it doesn't translate faithfully", () => {
  assert.ok(here.mentions("-DX=/w/wt1") && here.mentions("\u{2}root") && !here.mentions("/w/wt"));
  assert.ok(here.isPlain);
  for (const path of ["/w/a b", "/w/a$b", "/w/a#b", "/w/ä", "/w/a:b", "/", "/w//a", "w"]) {
    assert.equal(new PathMap([{ name: "root", path }]).isPlain, false, path);
  }
});

Deno.test("tellCommonPath() names the root", () => {
  assert.equal(tellCommonPath(here.toCommon("/w/wt1/src/a.c")), "<root>/src/a.c");
  assert.equal(tellCommonPath(here.toCommon("/w/wt1")), "<root>");
  assert.equal(tellCommonPath("/usr/x.h"), "/usr/x.h");
});

Deno.test("PathMap translates words of a key", () => {
  const words = ["/w/wt1", "object=/w/wt1/a.o", "-I/w/wt1-build/inc", "/usr/x.h", "-O2"];
  const others = ["/other/wt22", "object=/other/wt22/a.o", "-I/b/inc", "/usr/x.h", "-O2"];
  const inKey = words.map((word) => here.wordInKey(word));
  assert.deepEqual(inKey.map((word) => here.wordFromKey(word)), words);
  assert.deepEqual(inKey.map((word) => there.wordFromKey(word)), others);
  const unknown = new PathMap([]).wordFromKey(inKey[0]!);
  assert.ok(isCommonPath(unknown) && !isCommonPath("/w/wt1"));
  assert.equal(here.fromCommon(unknown), "/w/wt1");
});

Deno.test("PathMap takes the innermost root", () => {
  const nested = new PathMap([{ name: "root", path: "/w" }, { name: "work", path: "/w/build" }]);
  assert.equal(nested.fromCommon(nested.toCommon("/w/build/x")), "/w/build/x");
  assert.notEqual(nested.toCommon("/w/build/x"), new PathMap(nested.roots.slice(1)).toCommon("/w/build/x"));
});

Deno.test("PathMap writes words for keys alike in every checkout", () => {
  const rows = [
    ["/w/wt1", "/other/wt22"],
    ["-L/w/wt1/t:/w/wt1:/usr/lib", "-L/other/wt22/t:/other/wt22:/usr/lib"],
    ["out=/w/wt1-build/x", "out=/b/x"],
  ] as const;
  for (const [word, other] of rows) assert.equal(here.wordInKey(word), there.wordInKey(other));
  assert.equal(here.wordInKey("/w/wt10"), "/w/wt10");
});

Deno.test("PathMap knows a path by what entries put behind it", () => {
  const line = "/w/wt1\u{1}names:x";
  assert.equal(there.fromCommon(here.toCommon(line)), "/other/wt22\u{1}names:x");
});
