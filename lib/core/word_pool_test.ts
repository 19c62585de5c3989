import assert from "node:assert/strict";
import { WordPool } from "./word_pool.ts";

Deno.test("WordPool gives phrases their words back, in order and repeated", () => {
  const pool = new WordPool(1e6);
  const lists = [["-c", "a.c", "-I", "x", "-I", "y"], [], ["-c", "b.c", "-I", "x"], ["", "-c"]];
  const phrases = lists.map((list) => pool.phrase(list));
  assert.deepEqual(phrases.map((phrase) => [...phrase]), lists);
  assert.equal(pool.share("b.c"), "b.c");
});

Deno.test("WordPool begins anew at its limit, and phrases stay", () => {
  const pool = new WordPool(2000);
  const lists = Array.from({ length: 200 }, (_, at) => ["-c", `${at}.c`, "-o", `${at}.o`]);
  const phrases = lists.map((list) => pool.phrase(list));
  assert.deepEqual(phrases.map((phrase) => [...phrase]), lists);
  const many = Array.from({ length: 300 }, (_, at) => `word ${at}`);
  assert.ok(pool.phrase(many).weight < 700);
});
