import assert from "node:assert/strict";
import { Tap } from "./tap.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** An output that takes at most two bytes at a time; `fail` is thrown by the next write. */
class SlowOutput {
  text = "";
  fail: Error | undefined;

  writeSync(piece: Uint8Array): number {
    const error = this.fail;
    this.fail = undefined;
    if (error !== undefined) throw error;
    this.text += new TextDecoder().decode(piece.subarray(0, 2));
    return Math.min(2, piece.length);
  }
}

Deno.test("Tap passes everything on and keeps it up to its limit", () => {
  const output = new SlowOutput();
  const tap = new Tap(output, 6);
  assert.equal(tap.pass(bytes("abc")), true);
  assert.equal(tap.pass(bytes("def")), true);
  assert.deepEqual(tap.bytes, bytes("abcdef"));
  assert.equal(tap.pass(bytes("g")), true);
  assert.equal(output.text, "abcdefg");
  assert.equal(tap.isCut, true);
  assert.deepEqual(tap.bytes, new Uint8Array());
});

Deno.test("Tap keeps a copy: the reader may use its buffer again", () => {
  const buffer = bytes("abc");
  const tap = new Tap(new SlowOutput(), 10);
  tap.pass(buffer);
  buffer.fill(0);
  assert.deepEqual(tap.bytes, bytes("abc"));
});

Deno.test("Tap waits for a full output, and tells when nobody reads", () => {
  const output = new SlowOutput();
  const tap = new Tap(output, 10);
  output.fail = new Deno.errors.WouldBlock("full");
  assert.equal(tap.pass(bytes("abc")), true);
  assert.equal(output.text, "abc");
  output.fail = new Deno.errors.BrokenPipe("gone");
  assert.equal(tap.pass(bytes("d")), false);
  assert.equal(tap.isCut, true);
});
