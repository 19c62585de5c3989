import assert from "node:assert/strict";
import { formatBytes, formatMs, formatRate, formatSecs } from "./format.ts";

Deno.test("formatBytes() counts by 1024 and gives one decimal from KB on", () => {
  const rows: [number, string][] = [[0, "0 B"], [1023, "1023 B"], [1024, "1.0 KB"], [23_347, "22.8 KB"]];
  rows.push([5 * 1024 ** 2, "5.0 MB"], [40 * 1024 ** 3, "40.0 GB"], [3000 * 1024 ** 4, "3000.0 TB"]);
  for (const [bytes, text] of rows) assert.equal(formatBytes(bytes), text);
});

Deno.test("formatRate() has no rate without look-ups", () => {
  assert.equal(formatRate(undefined), "n/a");
  assert.equal(formatRate(1 / 3), "33.3%");
  assert.equal(formatRate(1), "100.0%");
});

Deno.test("formatMs() and formatSecs() give at most two units", () => {
  assert.equal(formatMs(52.4), "52ms");
  assert.equal(formatMs(4200), "4.2s");
  assert.equal(formatMs(200_000), "3m 20s");
  assert.equal(formatSecs(0), "0s");
  assert.equal(formatSecs(7500), "2h 5m");
  assert.equal(formatSecs(356_400), "4d 3h");
});
