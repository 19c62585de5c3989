import assert from "node:assert/strict";
import type { SizePoint } from "../../lib/journal/mod.ts";
import { sizeChart } from "./size_chart.ts";

const point = (atMs: number, bytes: number, evicted = 0): SizePoint => ({ atMs, bytes, results: 1, evicted });

Deno.test("sizeChart() draws sizes, drops and a budget in sight, and says all of it in a table", () => {
  const chart = sizeChart([point(0, 1024), point(10_000, 4096), point(20_000, 2048, 7)], 4096).text;
  assert.match(chart, /class="budget"/);
  assert.match(chart, /: 7 dropped<\/title>/);
  assert.match(chart, /Triangles: .*, 7 in all\./);
  assert.equal(chart.split("<tr>").length - 1, 4, "a head and a row each");
  assert.match(chart, /<td class="n">4\.0 KB<\/td>/);
  const roomy = sizeChart([point(0, 1024)], 1e9).text;
  assert.ok(!roomy.includes(`class="budget"`) && roomy.includes("Nothing was dropped"));
  assert.ok(!/NaN|Infinity/.test(roomy));
  assert.match(sizeChart([], undefined).text, /No size was noted yet/);
});
