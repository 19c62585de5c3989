import { Rig, testWith } from "../rig.ts";

/** Says how often it was read. */
const COUNTING = "#ifdef N\n#undef N\n#define N 2\n#else\n#define N 1\n#endif\n";
const ONCE = `#pragma once\n${COUNTING}`;
const SOURCE = "#include <once.h>\n#include <again.h>\nint n = N;\n";
const BUILDS = [["-c", "a.c", "-Iinc"], ["-shared", "-fPIC", "a.c", "-Iinc", "-o", "out"]];
/** With a fraction: stamps in whole seconds are taken for a coarse clock's, and are trusted later. */
const DATE = 1_700_000_000.25;

function dated(rig: Rig, name: string, seconds: number): void {
  Deno.utimeSync(rig.at(name), seconds, seconds);
}

for (const args of BUILDS) {
  const how = args[0];
  testWith(
    ["gcc"],
    `gcc ${how}: a copy that counts as the same header as long as its time says so`,
    async () => {
      await using rig = await Rig.open();
      rig.fresh({ "a.c": SOURCE, "inc/once.h": ONCE, "inc/again.h": ONCE });
      dated(rig, "inc/once.h", DATE);
      for (const seconds of [DATE, DATE + 1, DATE]) {
        dated(rig, "inc/again.h", seconds);
        await rig.settled();
        await rig.expectSame(["gcc", ...args], {
          cold: "uncacheable:twin-headers",
          warm: "uncacheable:twin-headers",
        });
      }
      rig.write({ "inc/again.h": `${ONCE}\n` });
      await rig.settled();
      await rig.expectSame(["gcc", ...args], { cold: "miss", warm: "hit" });
    },
  );

  for (const compiler of ["gcc", "clang"]) {
    testWith(
      [compiler],
      `${compiler} ${how}: a link to a header that is read once becomes a copy`,
      async () => {
        await using rig = await Rig.open();
        rig.fresh({ "a.c": SOURCE, "inc/once.h": ONCE });
        dated(rig, "inc/once.h", DATE);
        Deno.symlinkSync("once.h", rig.at("inc/again.h"));
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "miss", warm: "hit" });
        Deno.removeSync(rig.at("inc/again.h"));
        rig.write({ "inc/again.h": ONCE });
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "uncacheable:twin-headers" });
        Deno.removeSync(rig.at("inc/again.h"));
        Deno.symlinkSync("once.h", rig.at("inc/again.h"));
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "hit", warm: "hit" });
        Deno.removeSync(rig.at("inc/again.h"));
        rig.write({ "inc/again.h": `#undef N\n#define N 3\n` });
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "miss", warm: "hit" });
      },
    );

    testWith(
      [compiler],
      `${compiler} ${how}: a hard link of a header that is read once is broken`,
      async () => {
        await using rig = await Rig.open();
        rig.fresh({ "a.c": SOURCE, "inc/once.h": ONCE });
        Deno.linkSync(rig.at("inc/once.h"), rig.at("inc/again.h"));
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "uncacheable:twin-headers" });
        Deno.removeSync(rig.at("inc/again.h"));
        rig.write({ "inc/again.h": ONCE });
        dated(rig, "inc/again.h", DATE);
        await rig.settled();
        await rig.expectSame([compiler, ...args], { cold: "uncacheable:twin-headers" });
      },
    );
  }
}

testWith(["gcc"], "gcc: the same header in two folders, each beside what includes it", async () => {
  await using rig = await Rig.open();
  rig.fresh({
    "a.c": `#include "one/lib.h"\n#include "two/lib.h"\nint n = N;\n`,
    "one/lib.h": `#include "common.h"\n`,
    "two/lib.h": `/* */\n#include "common.h"\n`,
    "one/common.h": ONCE,
    "two/common.h": ONCE,
  });
  for (const name of ["one/common.h", "two/common.h"]) dated(rig, name, DATE);
  await rig.settled();
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "uncacheable:twin-headers" });
  rig.write({ "two/common.h": ONCE.replace("N 2", "N 7") });
  dated(rig, "two/common.h", DATE);
  await rig.settled();
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" });
});

testWith(["gcc"], "gcc: #import makes every file one that is read once", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "a.c": SOURCE.replace("#include <again", "#import <again"), "inc/once.h": COUNTING });
  rig.write({ "inc/again.h": COUNTING });
  for (const name of ["inc/once.h", "inc/again.h"]) dated(rig, name, DATE);
  await rig.settled();
  const argv = ["gcc", "-c", "a.c", "-Iinc", "-w"];
  await rig.expectSame(argv, { cold: "uncacheable:twin-headers" });
  dated(rig, "inc/again.h", DATE + 1);
  await rig.settled();
  await rig.expectSame(argv, { cold: "uncacheable:twin-headers" });
});

testWith(["gcc"], "gcc: what is not included, or not read once, may be a copy", async () => {
  await using rig = await Rig.open();
  rig.fresh({
    "a.c": `#include "once.h"\n#ifdef LATER\n#include "later.h"\n#endif\nint n = N;\n`,
    "once.h": ONCE,
    "later.h": ONCE,
    "other/once.h": ONCE,
    "b.c": SOURCE,
    "inc/once.h": COUNTING,
    "inc/again.h": COUNTING,
  });
  for (const name of ["once.h", "other/once.h", "inc/once.h", "inc/again.h"]) dated(rig, name, DATE);
  await rig.settled();
  await rig.expectSame(["gcc", "-c", "a.c", "-I.", "-Iother"], { cold: "miss", warm: "hit" });
  await rig.expectSame(["gcc", "-c", "b.c", "-Iinc"], { cold: "miss", warm: "hit" });
});
