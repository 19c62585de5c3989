import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { digestBytes, digestLatin1, digestText } from "./mod.ts";

const LONG = 300 * 1024;

Deno.test("digestText() hashes the UTF-8 form, however long", () => {
  for (
    const text of [
      "",
      "plain",
      "gr\u00fc\u00dfe \u20ac",
      "\u20ac".repeat(LONG),
      "a".repeat(LONG),
      "lone \ud800",
    ]
  ) {
    assert.equal(digestText(text), digestBytes(Buffer.from(text, "utf8")), text.slice(0, 20));
  }
});

Deno.test("digestLatin1() hashes a byte for each character, however long", () => {
  const asLongAsTheBuffer = `\u00e9${"a".repeat(256 * 1024 - 1)}`;
  for (const text of ["", asLongAsTheBuffer, "gr\u00fc\u00dfe", "\u00e9".repeat(LONG), "a".repeat(LONG)]) {
    assert.equal(digestLatin1(text), digestBytes(Buffer.from(text, "latin1")), text.slice(0, 20));
  }
});
