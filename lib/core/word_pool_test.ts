import assert from "node:assert/strict";
import { WordPool } from "./word_pool.ts";

Deno.test("WordPool gives phrases their words back, in order and repeated", () => {
  const pool = new WordPool(1e6);
  const lists = [["-c", "a.c", "-I", "x", "-I", "y"], [], ["-c", "b.c", "-I", "x"], ["", "-c"]];
  const phrases = lists.map((list) => pool.phrase(list));
  assert.deepEqual(phrases.map((phrase) => [...phrase]), lists);
  assert.equal(pool.share("b.c"), "b.c");
});

Deno.test("WordPool gives phrases their own words back, and doesn't keep these", () => {
  const pool = new WordPool(1000);
  const names = ["s/ünïcödé/文件.c", "", "d/a b.c", "y".repeat(5000)];
  const own = (word: string) => names.includes(word);
  const lists = [names, ["-c", ...names, "-o", ...names.toReversed()], [
    names[0]!,
    "-c",
    names[2]!,
    names[0]!,
  ]];
  const phrases = lists.map((list) => pool.phrase(list, own));
  assert.deepEqual(phrases.map((phrase) => [...phrase]), lists);
  const first = pool.phrase(["-c", "-o"]).weight;
  for (let at = 0; at < 500; at++) pool.phrase(["-c", `unit ${at}.c`], (word) => word.startsWith("unit"));
  // the numbers that the pool gives would be larger
  assert.equal(pool.phrase(["-c", "-o"]).weight, first);
});

Deno.test("WordPool begins anew at its limit, and phrases stay", () => {
  const pool = new WordPool(2000);
  const lists = Array.from({ length: 200 }, (_, at) => ["-c", `${at}.c`, "-o", `${at}.o`]);
  const phrases = lists.map((list) => pool.phrase(list));
  assert.deepEqual(phrases.map((phrase) => [...phrase]), lists);
  const many = Array.from({ length: 300 }, (_, at) => `word ${at}`);
  assert.ok(pool.phrase(many).weight < 700);
});

Deno.test("WordPool begins anew at its limit also where words are shared one by one", () => {
  const pool = new WordPool(2000);
  for (let at = 0; at < 300; at++) assert.equal(pool.share(`word ${at}`), `word ${at}`);
  // in a pool that had grown all the time, its number would take more
  assert.equal(pool.phrase(["one more"]).weight, new WordPool(1).phrase(["one more"]).weight);
});
