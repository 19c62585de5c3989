import assert from "node:assert/strict";
import { packNumbers, unpackNumbers } from "./mod.ts";

for (
  const numbers of [
    [],
    [0],
    [127, 128, 0, 16_383, 16_384],
    [2 ** 31, 2 ** 32, 2 ** 40],
    Array.from({ length: 20_000 }, (_, at) => at * 7919 % 100_003),
  ]
) {
  Deno.test(`unpackNumbers() gives ${numbers.length} numbers back`, () => {
    assert.deepEqual(unpackNumbers(packNumbers(numbers)), numbers);
  });
}

Deno.test("packNumbers() takes a byte for a small number", () => {
  const text = packNumbers([1, 127, 128]);
  assert.equal(text.length, 4);
  assert.ok([...text].every((character) => character.charCodeAt(0) < 256));
});
