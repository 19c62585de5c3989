import assert from "node:assert/strict";
import type { JournalEntry } from "./entry.ts";
import { extensionOf, kindOf, optionOf, Rollup } from "./rollup.ts";

const MISS: JournalEntry = {
  atMs: 0,
  outcome: "miss",
  compiler: "/usr/bin/gcc",
  args: ["-c", "a.c"],
  cwd: "/p",
  exitCode: 0,
  sessionId: null,
  latencyMs: 100,
  reason: "first-seen",
  source: "/p/a.c",
  toolMs: 90,
};

Deno.test("kindOf() tells a miss from what isn't cacheable by the reason", () => {
  assert.equal(kindOf(MISS), "miss");
  assert.equal(kindOf({ ...MISS, reason: "preprocess-only" }), "non-cacheable");
  assert.equal(kindOf({ ...MISS, outcome: "link_miss", reason: "called-for-link" }), "non-cacheable");
  assert.equal(kindOf({ ...MISS, outcome: "link_hit" }), "hit");
  assert.equal(kindOf({ ...MISS, outcome: "error", reason: "tool-failed" }), "error");
});

Deno.test("Rollup counts by tool, extension, source and crate, links apart", () => {
  const rollup = new Rollup();
  rollup.add(MISS);
  rollup.add({ ...MISS, outcome: "hit", latencyMs: 1 });
  rollup.add({ ...MISS, outcome: "link_miss", args: ["a.o", "-o", "x"], source: "/p/a.o", latencyMs: 30 });
  const rustc = { ...MISS, compiler: "rustc", args: ["--crate-name", "serde"], source: "/s/lib.rs" };
  rollup.add({ ...rustc, outcome: "error", reason: "tool-failed", latencyMs: 9 });
  assert.deepEqual(rollup.compilations, { hits: 1, misses: 1, nonCacheable: 0, errors: 1, totalMs: 110 });
  assert.deepEqual(rollup.links, { hits: 0, misses: 1, nonCacheable: 0, errors: 0, totalMs: 30 });
  assert.deepEqual(rollup.groups("tool").map(({ name, totalMs }) => [name, totalMs]), [["gcc", 131], [
    "rustc",
    9,
  ]]);
  assert.deepEqual(rollup.groups("extension").map(({ name }) => name), ["c", "o", "rs"]);
  assert.deepEqual(rollup.groups("source").map(({ name }) => name), ["/p/a.c", "/p/a.o", "/s/lib.rs"]);
  assert.deepEqual(rollup.groups("crate").map(({ name, errors }) => [name, errors]), [["serde", 1]]);
  assert.deepEqual([...rollup.reasons], [["first-seen", 3], ["tool-failed", 1]]);
  assert.deepEqual([rollup.savedMs, rollup.slowest(2).map(({ latencyMs }) => latencyMs)], [90, [100, 30]]);
});

Deno.test("Rollup keeps the slowest of many", () => {
  const rollup = new Rollup();
  for (let i = 0; i < 10_000; i++) rollup.add({ ...MISS, latencyMs: (i * 7919) % 10_000 });
  assert.deepEqual(rollup.slowest(3).map(({ latencyMs }) => latencyMs), [9999, 9998, 9997]);
});

Deno.test("extensionOf() and optionOf() read the command where nothing else is known", () => {
  const { source: _known, ...unknown } = MISS;
  assert.equal(extensionOf({ ...unknown, args: ["-E", "x/b.cpp", "-Ifoo.d"] }), "cpp");
  assert.equal(extensionOf({ ...unknown, args: ["--version"] }), "");
  assert.equal(extensionOf({ ...MISS, source: "/p.d/Makefile" }), "");
  assert.equal(optionOf({ ...MISS, args: ["--crate-type=lib"] }, "--crate-type"), "lib");
  assert.equal(optionOf(MISS, "--crate-type"), undefined);
});
