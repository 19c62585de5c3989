import assert from "node:assert/strict";
import { type Allowance, Rig, testWith } from "../rig.ts";
import { eachRow, type Row } from "../rig/table.ts";

const STAMPED: Allowance = {
  because: "the index holds the time",
  normalise: (_path, bytes) =>
    new TextEncoder().encode(new TextDecoder("latin1").decode(bytes).replace(/17\d{8}/g, "")),
};

const ROWS: readonly Row[] = [
  ["rcs new.a a.o b.o", "miss", "hit"],
  ["qc new.a a.o b.o", "miss", "hit"],
  ["rcsT thin.a a.o b.o", "miss", "hit"],
  // its temporary file beside the archive is looked at by another spelling
  ["rcsT out/../up.a a.o b.o", "miss", "hit"],
  ["rcsD out/new.a a.o", "miss", "hit"],
  ["rcs old.a b.o", "miss", "hit"],
  ["r old.a a.o", "miss", "hit"],
  ["q old.a a.o", "miss", "hit"],
  // what the file says counts, not how it is called: the same as in the first row
  ["rcs new.a @members.rsp", "hit", "hit"],
  ["s old.a", "miss", "hit"],
  ["rcsU new.a a.o", "uncacheable:output-time", "uncacheable:output-time", { allow: STAMPED }],
  ["t old.a", "uncacheable:no-compile", "uncacheable:no-compile"],
  ["x old.a", "uncacheable:no-compile", "uncacheable:no-compile"],
  ["--version", "uncacheable:information", "uncacheable:information"],
];

for (const archiver of ["ar", "gcc-ar", "llvm-ar"]) {
  testWith(["gcc", archiver], `archives by ${archiver} are cached right`, async (t) => {
    await using rig = await Rig.open();
    rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n", "members.rsp": "a.o\nb.o\n", "out/.keep": "" });
    await rig.prepare(["gcc", "-c", "a.c", "b.c"]);
    await rig.prepare([archiver, "rcs", "old.a", "a.o"]);
    await rig.settled();
    await eachRow(t, { rig, compiler: archiver }, ROWS);
    await eachRow(t, { rig, compiler: `/usr/bin/${archiver}` }, [["rcs new.a none.o", "error", "error"]]);
  });
}

testWith(["clang", "llvm-libtool-darwin-14"], "libtool -static, as Apple's tools have it", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n" });
  await rig.prepare(["clang", "--target=x86_64-apple-darwin", "-c", "a.c", "b.c"]);
  await rig.settled();
  await eachRow(t, { rig, compiler: "/usr/bin/llvm-libtool-darwin-14" }, [
    ["-static -o lib.a a.o b.o", "miss", "hit"],
    ["-static a.o -o lib.a", "miss", "hit"],
    ["-static -U -o lib.a a.o", "uncacheable:output-time", "uncacheable:output-time", { allow: STAMPED }],
    ["-static -o lib.a none.o", "error", "error"],
    ["-o lib.a a.o", "uncacheable:no-compile", "uncacheable:no-compile"],
  ]);
  // what it replaces doesn't count, what it is made of does
  const make = ["llvm-libtool-darwin-14", "-static", "-o", "lib.a", "a.o"];
  await rig.expectSame(make, { cold: "miss", warm: "hit" });
  await rig.expectSame(make, { cold: "hit", warm: "hit" });
  rig.write({ "a.c": "int other;\n" });
  await rig.prepare(["clang", "--target=x86_64-apple-darwin", "-c", "a.c"]);
  await rig.settled();
  await rig.expectSame(make, { cold: "miss", warm: "hit" });
});

testWith(["gcc", "ranlib"], "an index is made from the cache, for the archive's content of now", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n" });
  await rig.prepare(["gcc", "-c", "a.c"]);
  await rig.prepare(["ar", "rcS", "lib.a", "a.o"]);
  await rig.settled();
  await rig.expectSame(["ranlib", "lib.a"], { cold: "miss", warm: "hit" });
  await rig.prepare(["ar", "rcS", "lib.a", "a.o"]);
});

testWith(["gcc", "ar"], "an archive that is added to counts as it is", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n" });
  await rig.prepare(["gcc", "-c", "a.c", "b.c"]);
  await rig.expectSame(["ar", "rcs", "lib.a", "a.o"], { cold: "miss", warm: "hit" });
  await rig.expectSame(["ar", "rcs", "lib.a", "b.o"], { cold: "miss", warm: "hit" });
  // the same command over what now holds both
  await rig.expectSame(["ar", "rcs", "lib.a", "a.o"], { cold: "miss", warm: "hit" });
});

testWith(["gcc", "ar"], "an archive that is added to is not given up for a hit", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": "int a;\n", "b.c": "int b;\n" });
  await rig.prepare(["gcc", "-c", "a.c", "b.c"]);
  await rig.prepare(["ar", "rcs", "lib.a", "a.o"]);
  const before = Deno.readFileSync(rig.at("lib.a"));
  const add = ["ar", "r", "lib.a", "b.o"];
  assert.equal((await rig.counting(() => rig.wrapped(add))).cold, 1);
  const after = Deno.readFileSync(rig.at("lib.a"));
  Deno.writeFileSync(rig.at("lib.a"), before);
  const { ino } = Deno.statSync(rig.at("lib.a"));
  assert.equal((await rig.counting(() => rig.wrapped(add))).cached, 1);
  assert.deepEqual(Deno.readFileSync(rig.at("lib.a")), after);
  // as a file by itself: were it written into and that failed, the tool would find nothing to add to
  assert.notEqual(Deno.statSync(rig.at("lib.a")).ino, ino);
});
