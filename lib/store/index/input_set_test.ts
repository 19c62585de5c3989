import assert from "node:assert/strict";
import { InputSet, PairTable } from "./input_set.ts";

Deno.test("PairTable gives equal pairs one number", () => {
  const table = new PairTable();
  const pairs = [["a.h", "1"], ["b.h", "1"], ["a.h", "2"], ["a.h", "3"]] as const;
  const numbers = pairs.map(([path, content]) => table.add(path, content));
  assert.deepEqual(numbers, [0, 1, 2, 3]);
  assert.deepEqual(pairs.map(([path, content]) => table.add(path, content)), numbers);
  assert.deepEqual(pairs.map(([path, content]) => table.find(path, content)), numbers);
  assert.deepEqual([table.find("a.h", "4"), table.find("c.h", "1")], [undefined, undefined]);
  assert.deepEqual(numbers.map((pair) => [table.path(pair), table.content(pair)]), pairs);
  assert.throws(() => table.path(4), RangeError);
  assert.throws(() => table.content(4), RangeError);
});

Deno.test("InputSet gives its pairs back, whatever their order was", () => {
  const table = new PairTable();
  const all = Array.from({ length: 3000 }, (_, at) => table.add(`include/${at}.h`, `${at}`));
  const some = all.filter((pair) => pair % 7 === 3);
  const set = new InputSet(table, [...some, ...some].reverse());
  assert.equal(set.size, some.length);
  assert.deepEqual(set.pairs(), some);
  assert.deepEqual([...set], some.map((pair) => [`include/${pair}.h`, `${pair}`]));
  assert.ok(set.weight < 2 * set.size, `${set.weight} bytes for ${set.size} pairs`);
  assert.deepEqual([...new InputSet(table, [])], []);
});

Deno.test("InputSet gives neighbours back, in runs of any length and wherever they begin", () => {
  const table = new PairTable();
  for (let at = 0; at < 700; at++) table.add(`include/${at}.h`, "1");
  const sets = [[0], [1], [0, 1], [1, 2], [0, 1, 2], [5, 6, 7, 9], [0, 2, 3, 4, 5, 7], range(0, 300), [
    ...range(1, 130),
    200,
    ...range(300, 650),
  ]];
  for (const pairs of sets) assert.deepEqual(new InputSet(table, pairs.toReversed()).pairs(), pairs);
});

Deno.test("InputSet takes next to nothing for neighbours", () => {
  const table = new PairTable();
  const all = Array.from({ length: 400 }, (_, at) => table.add(`include/${at}.h`, "1"));
  const empty = new InputSet(table, []).weight;
  assert.ok(new InputSet(table, all).weight < empty + 8);
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
