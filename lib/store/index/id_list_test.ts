import assert from "node:assert/strict";
import { DamagedIndexError } from "./_columns.ts";
import { decodeIds, encodeIds, sortedIds } from "./id_list.ts";

for (
  const ids of [[], [0], [1], [127], [128], [1, 2, 3], [5, 300, 20_000, 3_000_000], [
    2 ** 31,
    2 ** 40,
    2 ** 53 - 1,
  ]]
) {
  Deno.test(`decodeIds() gives back [${ids}]`, () => assert.deepEqual(decodeIds(encodeIds(ids)), ids));
}

Deno.test("encodeIds() takes one byte for a neighbour", () => {
  const ids = Array.from({ length: 400 }, (_, at) => 1000 + at * 50);
  assert.equal(encodeIds(ids).length, 401);
});

Deno.test("decodeIds() refuses a list that is cut off", () => {
  assert.throws(() => decodeIds(encodeIds([5, 300]).subarray(0, 2)), DamagedIndexError);
});

Deno.test("sortedIds() sorts by number and drops repetitions", () => {
  assert.deepEqual(sortedIds([10, 9, 100, 9]), [9, 10, 100]);
});
