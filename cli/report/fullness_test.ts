import assert from "node:assert/strict";
import { parseSizeLine, type SizePoint } from "../../lib/journal/mod.ts";
import { madeSizes } from "./_made_journal.ts";
import { collectReport } from "./collect.ts";
import { fullness, sizesBetween } from "./fullness.ts";

const point = (atMs: number, bytes: number, evicted = 0): SizePoint => ({ atMs, bytes, results: 1, evicted });

Deno.test("sizesBetween() begins with the size at that time, and keeps what was dropped when it thins out", () => {
  const points = [point(10, 100, 9), point(20, 200), point(30, 150, 2), point(40, 300)];
  assert.deepEqual(sizesBetween(points, { fromMs: 25, toMs: 39, most: 9 }), [
    point(25, 200),
    point(30, 150, 2),
  ]);
  assert.deepEqual(sizesBetween([], { fromMs: 0, toMs: 1, most: 9 }), []);
  const many = madeSizes(20_000).trimEnd().split("\n").map((line) => parseSizeLine(line)!);
  const span = { fromMs: many[0]!.atMs, toMs: many.at(-1)!.atMs };
  const thinned = sizesBetween(many, { ...span, most: 120 });
  assert.ok(thinned.length > 100 && thinned.length <= 120, `${thinned.length}`);
  const dropped = (list: readonly SizePoint[]) => list.reduce((sum, { evicted }) => sum + evicted, 0);
  assert.equal(dropped(thinned), dropped(many));
  assert.deepEqual([thinned.at(-1)?.atMs, thinned.at(-1)?.bytes], [many.at(-1)?.atMs, many.at(-1)?.bytes]);
});

Deno.test("fullness() takes the daemon's word for now, else what was noted last", () => {
  const about = {
    session: undefined,
    madeMs: 100,
    daemon: undefined,
    sizes: [point(10, 100), point(20, 200, 3)],
  };
  const noted = fullness(collectReport([], about));
  assert.deepEqual([noted.now?.bytes, noted.budget, noted.evicted], [200, undefined, 3]);
  const daemon = { cache_size_bytes: 150, artifact_count: 4, cache_budget_bytes: 1000 };
  const told = fullness(collectReport([], { ...about, daemon }));
  assert.deepEqual([told.now, told.budget], [{ bytes: 150, results: 4 }, 1000]);
  assert.equal(fullness(collectReport([], { ...about, sizes: [] })).now, undefined);
});
