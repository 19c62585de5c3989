import assert from "node:assert/strict";
import { hidesPaths } from "./hidden_paths.ts";

const TABLE = 64;
const NAMES = TABLE + 2 * 64;

/** A file of two sections, the second with the names. */
function program({ flags = 0, text = "\0.text\0" } = {}): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(NAMES + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("\x7fELF\x02\x01"));
  view.setBigUint64(0x28, BigInt(TABLE), true);
  [64, 2, 1].forEach((value, i) => view.setUint16(0x3a + 2 * i, value, true));
  view.setBigUint64(TABLE + 8, BigInt(flags), true);
  view.setBigUint64(TABLE + 64 + 0x18, BigInt(NAMES), true);
  view.setBigUint64(TABLE + 64 + 0x20, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), NAMES);
  return { bytes, view };
}

function hides(bytes: Uint8Array | string): boolean {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    return hidesPaths(path);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("hidesPaths() sees compressed sections and what a thin archive climbs to", () => {
  assert.equal(hides(program().bytes), false);
  assert.equal(hides(program({ flags: 0x800 }).bytes), true);
  assert.equal(hides(program({ text: "\0.zdebug_info\0" }).bytes), true);
  assert.equal(hides("!<thin>\n//  a.o/\n"), false);
  assert.equal(hides("!<thin>\n//  ../a.o/\n"), true);
  for (const text of ["", "MZ", "!<arch>\n"]) assert.equal(hides(text), false, text);
});

Deno.test("hidesPaths() believes no number that a file claims", () => {
  const claims: readonly (readonly [what: string, claim: (view: DataView) => void])[] = [
    ["names of 2^60 bytes", (view) => view.setBigUint64(TABLE + 64 + 0x20, 1n << 60n, true)],
    ["names past the end", (view) => view.setBigUint64(TABLE + 64 + 0x18, 1n << 40n, true)],
    ["sections past the end", (view) => view.setUint16(0x3c, 60_000, true)],
    ["sections at 2^62", (view) => view.setBigUint64(0x28, 1n << 62n, true)],
    ["sections of another size", (view) => view.setUint16(0x3a, 65_535, true)],
    ["sections counted elsewhere", (view) => view.setUint16(0x3c, 0, true)],
    ["names in no section", (view) => view.setUint16(0x3e, 2, true)],
  ];
  for (const [what, claim] of claims) {
    const { bytes, view } = program();
    claim(view);
    assert.equal(hides(bytes), true, what);
  }
  assert.equal(hides(program().bytes.subarray(0, 40)), true, "cut off");
});

Deno.test("hidesPaths() doesn't read what is too large: it may hide anything", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "!<thin>\n");
    Deno.truncateSync(path, 65 * 1024 * 1024);
    assert.equal(hidesPaths(path), true);
  } finally {
    Deno.removeSync(path);
  }
});
