import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { BlobDir } from "./blob_dir.ts";
import { openIdentityReader } from "./file_identity.ts";

Deno.test("place() makes few folders, however many blobs there are", async () => {
  const root = await Deno.makeTempDir();
  using reader = openIdentityReader();
  const blobs = new BlobDir(root, reader);
  blobs.prepare();
  const digests = Array.from({ length: 100 }, (_, i) => digestText(`blob ${i}`));
  for (const digest of digests) {
    await Deno.writeTextFile(`${root}/incoming`, digest);
    blobs.place(`${root}/incoming`, digest);
  }
  const shards = blobs.shards();
  assert.ok(shards.length <= 16, `${shards.length} folders`);
  assert.deepEqual(shards.flatMap((shard) => blobs.namesIn(shard)).sort(), digests.toSorted());
  await Deno.remove(root, { recursive: true });
});
