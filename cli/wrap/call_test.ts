import assert from "node:assert/strict";
import { isExact, rawWords, splitAtNul } from "./call.ts";

const utf8 = new TextEncoder();

Deno.test("splitAtNul() keeps empty parts, and takes a last one without its end", () => {
  const parts = (text: string) => splitAtNul(utf8.encode(text)).map((part) => new TextDecoder().decode(part));
  assert.deepEqual(parts("A=1\0B=\0"), ["A=1", "B="]);
  assert.deepEqual(parts("a\0\0b"), ["a", "", "b"]);
  assert.deepEqual(parts(""), []);
});

Deno.test("rawWords() takes exact words as they are, and doubts a replacement character", () => {
  assert.deepEqual(rawWords(["gcc", "-DÄ=ö"]), [utf8.encode("gcc"), utf8.encode("-DÄ=ö")]);
  assert.equal(isExact(["gcc", "a b"]), true);
  assert.equal(isExact(["gcc", "a\ufffdb"]), false);
});
