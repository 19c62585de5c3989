import assert from "node:assert/strict";
import { countEdits, suggest } from "./suggest.ts";

Deno.test("countEdits() counts insertions, removals, replacements and swaps", () => {
  for (
    const [a, b, edits] of [
      ["status", "status", 0],
      ["staus", "status", 1],
      ["statuss", "status", 1],
      ["stetus", "status", 1],
      ["sttaus", "status", 1],
      ["", "ab", 2],
      ["kitten", "sitting", 3],
    ] as const
  ) assert.equal(countEdits(a, b), edits, `${a} ${b}`);
});

Deno.test("suggest() takes the nearest word, and none that is far", () => {
  const words = ["start", "stop", "status", "clear", "--clear"];
  assert.equal(suggest("stats", words), "status");
  assert.equal(suggest("statu", words), "status");
  assert.equal(suggest("claer", words), "clear");
  assert.equal(suggest("--clera", words), "--clear");
  assert.equal(suggest("gcc", words), undefined);
  assert.equal(suggest("cc", words), undefined);
  assert.equal(suggest("", words), undefined);
});
