import assert from "node:assert/strict";
import { type Counters, Rig, testWith, type Wrapper } from "../rig.ts";
import { text } from "./process.ts";
import { NO_COUNTERS } from "./wrapper.ts";

/** A wrapper made of a shell script, whose counters are those given, one reading after another. */
function scripted(script: string, readings: readonly Partial<Counters>[]): Wrapper {
  let reading = 0;
  return {
    name: "scripted",
    prefix: ["/bin/sh", "-c", script, "wrapper"],
    files: [],
    env: (root) => ({ ZCCACHE_CACHE_DIR: root }),
    countersCommand: ["true"],
    readCounters: () => ({ ...NO_COUNTERS, ...readings[reading++] }),
  };
}

const LIES: readonly (readonly [what: string, script: string, says: RegExp])[] = [
  ["another exit code", `"$@"; exit 3`, /exit code/],
  ["chatter on stderr", `echo busy >&2; exec "$@"`, /stderr/],
  ["a missing output", `"$@"; rm -f a.o`, /files written/],
  ["a file left behind", `"$@"; : > a.o.tmp`, /files written/],
  ["other bytes", `"$@"; echo x >> a.o`, /content of a\.o/],
  ["another mode", `"$@"; chmod 600 a.o`, /mode of a\.o/],
  ["a stale time stamp", `"$@"; touch -d 2001-01-01 a.o`, /older than the run/],
  ["an output that is a link", `"$@"; { mv a.o b.o; ln -s b.o a.o; }`, /files written/],
];

for (const [what, script, says] of LIES) {
  testWith(["gcc"], `Rig.expectSame() sees ${what}`, async () => {
    await using rig = await Rig.open({ wrapper: scripted(script, [{}, { cold: 1 }]) });
    rig.write({ "a.c": "int a;" });
    await assert.rejects(rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss" }), says);
  });
}

testWith(["gcc"], "Rig.expectSame() sees a hit that was not counted", async () => {
  await using rig = await Rig.open({
    wrapper: scripted(`exec "$@"`, [{}, { cold: 1 }, { cold: 1 }, { cold: 2 }]),
  });
  rig.write({ "a.c": "int a;" });
  await assert.rejects(rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit" }), /expected hit/);
});

testWith(["gcc"], "Rig.expectSame() sees a reason that is not the stated one", async () => {
  const readings = [{}, { nonCacheable: 1, reasons: { "plugin": 1 } }];
  await using rig = await Rig.open({ wrapper: scripted(`exec "$@"`, readings) });
  rig.write({ "a.c": "int a;" });
  await assert.rejects(
    rig.expectSame(["gcc", "-E", "a.c"], { cold: "uncacheable:preprocess-only" }),
    /preprocess-only/,
  );
});

testWith(["gcc"], "Rig.expectSame() starts every run from the same folder", async () => {
  const readings = [{}, { cold: 1 }, { cold: 1 }, { cold: 1, cached: 1 }];
  await using rig = await Rig.open({ wrapper: scripted(`exec "$@"`, readings) });
  rig.write({ "list.txt": "0\n" });
  const append = ["/bin/sh", "-c", "ls; echo 1 >> list.txt; cat list.txt; mkdir made && : > made/file"];
  const outcome = await rig.expectSame(append, { cold: "miss", warm: "hit" });
  assert.equal(text(outcome.stdout), "list.txt\n0\n1\n");
});

testWith(["ccache", "gcc"], "Rig.expectSame() is content with a cache that works", async () => {
  const ccache: Wrapper = {
    name: "ccache",
    prefix: ["ccache"],
    files: [],
    env: (root) => ({ CCACHE_DIR: root }),
    countersCommand: ["ccache", "--print-stats"],
    readCounters: (outcome) => {
      const rows = new Map(
        text(outcome.stdout).split("\n").map((line) => line.split("\t") as [string, string]),
      );
      const row = (name: string) => Number(rows.get(name) ?? 0);
      return {
        ...NO_COUNTERS,
        cached: row("direct_cache_hit") + row("preprocessed_cache_hit"),
        cold: row("cache_miss"),
      };
    },
  };
  await using rig = await Rig.open({ wrapper: ccache });
  rig.write({ "a.c": `#include "a.h"\nint a = A;\n`, "a.h": "#define A 1\n" });
  await rig.expectSame(["gcc", "-c", "a.c", "-MD"], { cold: "miss", warm: "hit" });
  rig.write({ "a.h": "#define A 2\n" });
  await rig.expectSame(["gcc", "-c", "a.c", "-MD"], { cold: "miss", warm: "hit" });
});
