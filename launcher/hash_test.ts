import assert from "node:assert/strict";
import { digestBytes } from "../lib/core/mod.ts";
import { testWith } from "../testing/needs.ts";
import { runCTest } from "./_c_test.ts";

const BLOCK = 64;
const CHUNK = 1024;
const PIECE = 256 * CHUNK;

/** Around the ends of all parts of the tree. */
const SIZES = [
  0,
  1,
  BLOCK,
  CHUNK,
  2 * CHUNK,
  3 * CHUNK,
  8 * CHUNK,
  31 * CHUNK,
  PIECE,
  2 * PIECE,
  3 * PIECE,
  7 * PIECE,
]
  .flatMap((size) => [size - 1, size, size + 1]).filter((size) => size >= 0);

testWith(["linux", "cc"], "the copier's hash is the daemon's digest, on all processors", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = SIZES.map((size) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => at % 251);
      Deno.writeFileSync(`${folder}/${size}`, bytes);
      return { path: `${folder}/${size}`, digest: digestBytes(bytes) };
    });
    const said = await runCTest("hash_test", [], files.map(({ path }) => path));
    assert.deepEqual(said.trim().split("\n"), files.flatMap(({ digest }) => [digest, digest]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
