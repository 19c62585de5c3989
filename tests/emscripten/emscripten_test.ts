import assert from "node:assert/strict";
import { assertOk, Rig, testWith } from "../rig.ts";
import { PACKAGE } from "./package.ts";
import { eachRow, type Row } from "../rig/table.ts";

const FILES = {
  "a.c": `#include <stdio.h>\n#include "h.h"\nint main() { return printf(H) < 0; }\n`,
  "h.h": `#define H "hello"\n`,
  "b.cpp": `#include <string>\nint b() { return std::string("b").size(); }\n`,
  "lib.js": `mergeInto(LibraryManager.library, { from_js: function () { return 7; } });\n`,
  "data/one.txt": "one",
  "out/.keep": "",
};

const ROWS: readonly Row[] = [
  ["-c a.c", "miss", "hit"],
  ["-O2 -g -c a.c -o out/a.o", "miss", "hit"],
  ["a.c -o a.js", "miss", "hit"],
  ["a.c -o out/a.html", "miss", "hit"],
  ["a.c -o a.mjs --js-library lib.js -O1", "miss", "hit"],
  ["a.c -o b.js --preload-file data/one.txt", "miss", "hit", { allow: PACKAGE }],
  ["a.c -o map.js -gsource-map", "miss", "hit"],
  ["a.c -o threads.js -pthread", "miss", "hit"],
  ["--version", "uncacheable:information", "uncacheable:information"],
];

testWith(["emcc"], "Emscripten's compiles and links are cached right", async (t) => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  await eachRow(t, { rig, compiler: "emcc" }, ROWS);
  await eachRow(t, { rig, compiler: "em++" }, [["-c b.cpp", "miss", "hit"]]);
  await rig.prepare(["emcc", "-c", "a.c"]);
  await rig.settled();
  await eachRow(t, { rig, compiler: "emar" }, [["rcs lib.a a.o", "miss", "hit"]]);
  await rig.prepare(["emar", "rcS", "unindexed.a", "a.o"]);
  await rig.settled();
  await eachRow(t, { rig, compiler: "emranlib" }, [["unindexed.a", "miss", "hit"]]);
  await eachRow(t, { rig, compiler: "wasm-ld" }, [
    ["--no-entry --allow-undefined --export-all a.o -o raw.wasm", "miss", "hit"],
  ]);
});

testWith(
  ["emcc"],
  "Emscripten's configuration and its own cache are inputs",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const config = Deno.readTextFileSync("/usr/share/emscripten/.emscripten");
    const thawed = config.replace(/^FROZEN_CACHE.*$/m, "FROZEN_CACHE = False");
    rig.write({ "config": thawed });
    const env = { EM_CONFIG: rig.at("config"), EM_CACHE: `${rig.base}/em-cache` };
    const compile = ["emcc", "-c", "a.c"];
    await rig.settled();
    const filling = await rig.counting(async () => assertOk(await rig.wrapped(compile, { env })));
    assert.equal(filling.cold + filling.nonCacheable, 1, JSON.stringify(filling));
    await rig.expectSame(compile, { cold: "miss", warm: "hit", env });
    rig.write({ "config": `${thawed}\n# another word\n` });
    await rig.prepare(compile, { env }); // fills its cache anew, and says so
    await rig.settled();
    await rig.expectSame(compile, { cold: "hit or miss", warm: "hit", env });
    const header = `${rig.base}/em-cache/sysroot/include/stdio.h`;
    Deno.writeTextFileSync(header, `${Deno.readTextFileSync(header)}\n#define NEWER 1\n`);
    await rig.settled(`${rig.base}/em-cache/sysroot/include`);
    await rig.expectSame(compile, { cold: "miss", warm: "hit", env });
  },
);
