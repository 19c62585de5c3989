import assert from "node:assert/strict";
import { interpreterOf } from "./interpreter.ts";

/** The beginning of a program whose table is one row. */
function program({ path = "/none/ld.so", kind = 3, size = 12 } = {}): Uint8Array {
  const bytes = new Uint8Array(120 + path.length + 1);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  view.setBigUint64(0x20, 64n, true);
  view.setUint16(0x36, 56, true);
  view.setUint16(0x38, 1, true);
  view.setUint32(64, kind, true);
  view.setBigUint64(64 + 8, 120n, true);
  view.setBigUint64(64 + 0x20, BigInt(size), true);
  bytes.set(new TextEncoder().encode(path), 120);
  return bytes;
}

Deno.test("interpreterOf() reads a program's loader, and takes nothing from what it doesn't understand", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/program`;
    const found = (bytes: Uint8Array) => {
      Deno.writeFileSync(path, bytes);
      return interpreterOf(path);
    };
    assert.equal(found(program()), "/none/ld.so");
    assert.equal(found(program({ path: "none/ld.sos" })), undefined, "relative to whoever runs it");
    assert.equal(found(program({ kind: 1 })), undefined, "static");
    assert.equal(found(program({ size: 1e6 })), undefined);
    assert.equal(found(program().subarray(0, 100)), undefined, "cut off");
    assert.equal(found(program().fill(1, 4, 5)), undefined, "32 bits");
    assert.equal(found(program().fill(2, 5, 6)), undefined, "big-endian");
    assert.equal(found(program().fill(255, 0x38, 0x3a)), undefined, "a table without end");
    assert.equal(found(program().fill(255, 0x20, 0x28)), undefined, "a table beyond all files");
    assert.equal(found(new TextEncoder().encode("#!/bin/sh\n")), undefined);
    assert.equal(found(new Uint8Array()), undefined);
    assert.equal(interpreterOf(`${folder}/none`), undefined);
    assert.equal(interpreterOf(folder), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
