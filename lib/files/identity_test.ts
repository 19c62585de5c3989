import assert from "node:assert/strict";
import { marginMs, putStamp } from "./identity.ts";

const SECOND = 1_000_000_000n;
const NOW = 1_800_000_000n * SECOND;

Deno.test("marginMs() goes by the stamp that no program sets", () => {
  const rows: readonly (readonly [mtimeNs: bigint, ctimeNs: bigint, isCoarse: boolean])[] = [
    [NOW + 5n, NOW + 7n, false],
    // unpacked from an archive
    [NOW - 100n * SECOND, NOW + 7n, false],
    [NOW, NOW, true],
    [NOW - 100n * SECOND + 3n, NOW, true],
    // of a file system that keeps fractions of one of them only
    [NOW + SECOND, NOW + 7n, true],
  ];
  for (const [mtimeNs, ctimeNs, isCoarse] of rows) {
    const words = new Uint32Array(12);
    putStamp(words, 2, mtimeNs);
    putStamp(words, 5, ctimeNs);
    assert.equal(marginMs(words) > 1000, isCoarse, `${mtimeNs} ${ctimeNs}`);
  }
});
