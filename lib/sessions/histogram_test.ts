import assert from "node:assert/strict";
import { Histogram } from "./histogram.ts";

Deno.test("Histogram tells percentiles to within 5 %, total and maximum exactly", () => {
  const histogram = new Histogram();
  for (let i = 1; i <= 10_000; i++) histogram.add(i * 1000);
  for (const [share, exact] of [[0.5, 5e6], [0.9, 9e6], [0.99, 9.9e6]] as const) {
    assert.ok(Math.abs(histogram.percentile(share) / exact - 1) < 0.05, `${share}`);
  }
  assert.deepEqual([histogram.count, histogram.totalNs, histogram.maxNs], [10_000, 50_005_000_000, 1e7]);
});

Deno.test("Histogram takes nothing, zero, and more than it has buckets for", () => {
  const histogram = new Histogram();
  assert.equal(histogram.percentile(0.5), 0);
  for (const ns of [0, 0.5, 2 ** 60]) histogram.add(ns);
  assert.equal(histogram.maxNs, 2 ** 60);
  assert.ok(histogram.percentile(0.5) <= 2);
});

Deno.test("Histogram comes back from JSON as it was", () => {
  const histogram = new Histogram();
  for (const ns of [1, 50, 50, 70_000]) histogram.add(ns);
  const again = Histogram.from(JSON.parse(JSON.stringify(histogram)));
  assert.deepEqual(again.toJSON(), histogram.toJSON());
  assert.deepEqual([again.count, again.percentile(0.5)], [4, histogram.percentile(0.5)]);
});
