import assert from "node:assert/strict";
import { textOfUtf8 } from "./mod.ts";

for (
  const [what, bytes, text] of [
    ["keeps a byte order mark", [0xef, 0xbb, 0xbf, 0x61], "\u{feff}a"],
    ["refuses a byte that begins nothing", [0x61, 0xff], undefined],
    ["refuses a character that breaks off", [0xc3], undefined],
    ["reads on after a refusal", [0xc3, 0xa4], "ä"],
  ] as const
) {
  Deno.test(`textOfUtf8() ${what}`, () => {
    assert.equal(textOfUtf8(Uint8Array.from(bytes)), text);
  });
}
