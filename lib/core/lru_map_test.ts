import assert from "node:assert/strict";
import { LruMap } from "./lru_map.ts";

const bounded = () => new LruMap<string, number>({ limit: 40, weigh: (value) => value });

Deno.test("LruMap forgets what was not asked for the longest", () => {
  const map = bounded();
  for (const key of ["a", "b", "c", "d"]) map.set(key, 10);
  assert.equal(map.get("a"), 10);
  map.set("e", 10);
  assert.deepEqual(["a", "b", "c", "d", "e"].map((key) => map.get(key)), [10, undefined, 10, 10, 10]);
});

Deno.test("LruMap counts a replaced value once", () => {
  const map = bounded();
  for (let at = 0; at < 100; at++) map.set("a", 10);
  for (const key of ["b", "c", "d"]) map.set(key, 10);
  assert.equal(map.size, 4);
});

Deno.test("LruMap does not let one large value drive out the others", () => {
  const map = bounded();
  map.set("a", 5);
  map.set("b", 11);
  assert.deepEqual([map.get("a"), map.get("b")], [5, undefined]);
});

Deno.test("LruMap.clear() makes room", () => {
  const map = bounded();
  for (const key of ["a", "b", "c", "d"]) map.set(key, 10);
  map.clear();
  for (const key of ["e", "f", "g", "h"]) map.set(key, 10);
  assert.equal(map.size, 4);
});
