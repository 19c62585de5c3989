import assert from "node:assert/strict";
import { quantile, slope, summarise, threeDigits } from "./stats.ts";

Deno.test("summarise() gives the median and the quarters, whatever the order", () => {
  assert.deepEqual(summarise([5, 1, 4, 2, 3]), { count: 5, median: 3, low: 2, high: 4 });
});

Deno.test("summarise() leaves the samples as they are", () => {
  const samples = [3, 1, 2];
  summarise(samples);
  assert.deepEqual(samples, [3, 1, 2]);
});

Deno.test("quantile() interpolates between two samples", () => {
  assert.equal(quantile([10, 20], 0.5), 15);
  assert.equal(quantile([10, 20], 0.25), 12.5);
});

Deno.test("quantile() of nothing is an error, not zero", () => {
  assert.throws(() => quantile([], 0.5), RangeError);
});

Deno.test("slope() finds growth, and none where there is none", () => {
  assert.equal(slope([{ x: 0, y: 1 }, { x: 1, y: 3 }, { x: 2, y: 5 }]), 2);
  assert.equal(slope([{ x: 0, y: 7 }, { x: 1, y: 7 }, { x: 2, y: 7 }]), 0);
  assert.equal(slope([{ x: 4, y: 1 }, { x: 4, y: 9 }]), 0);
});

for (
  const [value, text] of [[0, "0"], [0.0012345, "0.00123"], [1.2345, "1.23"], [12.345, "12.3"], [
    1234.5,
    "1235",
  ]] as const
) {
  Deno.test(`threeDigits() writes ${value} as ${text}`, () => assert.equal(threeDigits(value), text));
}
