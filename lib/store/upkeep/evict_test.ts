import assert from "node:assert/strict";
import { evictionGoals } from "./evict.ts";

const DAY_MS = 86_400_000;
const totalsOf = (blobBytes: number) => ({ results: 1, resultBytes: 10, blobs: 1, blobBytes });

for (
  const [blobBytes, volumeLow, daily, goals] of [
    [800, false, false, []],
    [840, false, false, []],
    [841, false, false, [{ targetBytes: 700, idleMs: 4 * DAY_MS }]],
    [990, false, false, [{ targetBytes: 700, idleMs: 4 * DAY_MS }]],
    [991, false, false, [{ targetBytes: 800, idleMs: 120_000 }]],
    [490, true, false, [{ targetBytes: 400, idleMs: 120_000 }]],
    [5000, true, false, [{ targetBytes: 800, idleMs: 120_000 }]],
    [100, false, true, [{ targetBytes: 0, idleMs: 30 * DAY_MS }]],
  ] as const
) {
  Deno.test(`evictionGoals() for ${blobBytes + 10} of 1000 bytes, low ${volumeLow}, daily ${daily}`, () => {
    const fullness = { totals: totalsOf(blobBytes), budgetBytes: 1000, volumeLow, daily };
    assert.deepEqual(evictionGoals(fullness), goals);
  });
}
