import assert from "node:assert/strict";
import { type Digest, digestText } from "../../core/mod.ts";
import { makeRig, type Rig } from "../_rig.ts";
import { entryOf, offer, SILENT } from "../contract.ts";
import type { Store } from "../store.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SIZE = 10_000;

const idOf = (at: number): Digest => digestText(`result ${at}`);

async function putAll(store: Store, rig: Rig, numbers: readonly number[]): Promise<void> {
  for (const at of numbers) {
    const source = offer(rig.tmp, `object ${at}`, SIZE);
    assert.equal(await store.put(idOf(at), SILENT, [{ role: "object", mode: 0o644, source }]), true);
    rig.clock += 10;
  }
}

function remaining(store: Store, count: number): number[] {
  return Array.from({ length: count }, (_, at) => at).filter((at) => store.ready(idOf(at)) !== undefined);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

Deno.test("trim() evicts down to 80 %, least recently used first", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 10 * SIZE } });
  await putAll(store, rig, range(0, 10));
  assert.deepEqual(remaining(store, 10), range(0, 10));
  rig.clock += 5 * MINUTE_MS;
  assert.ok(store.ready(idOf(0)));
  assert.ok(store.ready(idOf(3)));
  rig.clock += 5 * MINUTE_MS;
  await putAll(store, rig, [10]);
  await store.trim();
  assert.deepEqual(remaining(store, 11), [0, 3, 5, 6, 7, 8, 9, 10]);
  const { blobs, blobBytes, results, evictedBlobs, damagedBlobs } = store.summary();
  assert.deepEqual([blobs, blobBytes, results, evictedBlobs, damagedBlobs], [8, 8 * SIZE, 8, 3, 0]);
});

Deno.test("put() starts an eviction by itself", async () => {
  await using rig = await makeRig();
  const store = await rig.open({ budget: { bytes: 10 * SIZE } });
  await putAll(store, rig, range(0, 10));
  rig.clock += 5 * MINUTE_MS;
  await putAll(store, rig, [10]);
  await store[Symbol.asyncDispose]();
  await using again = await rig.open();
  assert.deepEqual(remaining(again, 11), [3, 4, 5, 6, 7, 8, 9, 10]);
});

Deno.test("trim() leaves what was used within the last minute", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 2 * SIZE } });
  await putAll(store, rig, range(0, 6));
  rig.clock += 50_000;
  await store.trim();
  assert.deepEqual(remaining(store, 6), range(0, 6));
  rig.clock += 100_000;
  assert.ok(store.ready(idOf(2)));
  rig.clock += 50_000;
  assert.ok(store.ready(idOf(2)));
  rig.clock += 59_000;
  await store.trim();
  assert.deepEqual(remaining(store, 6), [2]);
});

Deno.test("trim() at 85 % drops what was idle for four days, down to 70 %", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 10 * SIZE } });
  await store.trim();
  await putAll(store, rig, range(0, 9));
  rig.clock += 3 * DAY_MS;
  await store.trim();
  assert.equal(store.summary().results, 9);
  rig.clock += 2 * DAY_MS;
  assert.ok(store.ready(idOf(0)));
  await store.trim();
  assert.deepEqual(remaining(store, 9), [0, 3, 4, 5, 6, 7, 8]);
});

Deno.test("trim() leaves others what they take of the budget", async () => {
  await using rig = await makeRig();
  let taken = 0;
  await using store = await rig.open({ budget: { bytes: 10 * SIZE }, beside: () => taken });
  await putAll(store, rig, range(0, 6));
  rig.clock += 10 * 60_000;
  await store.trim();
  assert.equal(store.summary().results, 6);
  taken = 5 * SIZE;
  await store.trim();
  assert.deepEqual(remaining(store, 6), [2, 3, 4, 5]);
});

Deno.test("trim() drops what was not used for thirty days", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  await putAll(store, rig, range(0, 100));
  rig.clock += 29 * DAY_MS;
  await store.trim();
  assert.equal(store.summary().results, 100);
  assert.ok(store.ready(idOf(7)));
  rig.clock += 2 * DAY_MS;
  await store.trim();
  assert.deepEqual(remaining(store, 100), [7]);
});

Deno.test("trim() gives back a fifth when the volume is nearly full, and then waits", async () => {
  await using rig = await makeRig();
  const volume = { sizeBytes: 1e12, freeBytes: 1e12 };
  await using store = await rig.open({ volume: () => volume });
  await putAll(store, rig, range(0, 10));
  rig.clock += 5 * MINUTE_MS;
  await store.trim();
  assert.equal(store.summary().results, 10);
  volume.freeBytes = 1e6;
  await store.trim();
  assert.deepEqual(remaining(store, 10), range(2, 10));
  rig.clock += 5 * MINUTE_MS;
  await store.trim();
  assert.equal(store.summary().results, 8);
});

Deno.test("trim() skips a file that it can't delete, counts it and tries again", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 3 * SIZE } });
  await putAll(store, rig, range(0, 3));
  const file = store.ready(idOf(0))?.files[0];
  assert.ok(file && "from" in file);
  await Deno.remove(file.from);
  await Deno.mkdir(`${file.from}/sub`, { recursive: true });
  rig.clock += 5 * MINUTE_MS;
  await putAll(store, rig, [3]);
  await store.trim();
  assert.deepEqual(remaining(store, 4), [3], "its bytes still count");
  assert.equal(store.summary().blobs, 2);
  assert.ok(store.summary().undeletedBlobs > 0);
  await Deno.remove(`${file.from}/sub`);
  await store.trim();
  assert.equal(store.summary().blobs, 1);
});

Deno.test("trim() keeps the entries, so that a miss can be explained", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 0 } });
  store.addEntry(digestText("a context"), entryOf({ result: idOf(0) }));
  await putAll(store, rig, [0]);
  rig.clock += 5 * MINUTE_MS;
  await store.trim();
  assert.equal(store.ready(idOf(0)), undefined);
  assert.equal(store.entries(digestText("a context")).length, 1);
});

Deno.test("openStore() takes a share of the volume as budget", async () => {
  await using rig = await makeRig();
  const volume = () => ({ sizeBytes: 2e12, freeBytes: 1e12 });
  await using store = await rig.open({ budget: { percent: 5 }, volume });
  assert.equal(store.summary().budgetBytes, 1e11);
});

Deno.test("trim() is not misled by a clock that was ahead", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ budget: { bytes: 4 * SIZE } });
  rig.clock += 400 * DAY_MS;
  await putAll(store, rig, range(0, 4));
  rig.clock -= 400 * DAY_MS;
  await putAll(store, rig, [4]);
  await store.trim();
  rig.clock += 5 * MINUTE_MS;
  await store.trim();
  assert.ok(store.ready(idOf(4)));
  assert.equal(store.summary().results, 3);
});

Deno.test("put() looks for idle results when the store is nearly full", async () => {
  await using rig = await makeRig();
  const store = await rig.open({ budget: { bytes: 10 * SIZE } });
  await putAll(store, rig, range(0, 8));
  rig.clock += 5 * DAY_MS;
  await putAll(store, rig, [8]);
  await store[Symbol.asyncDispose]();
  await using again = await rig.open();
  assert.equal(again.summary().results, 7);
});

Deno.test("sweep() drops what was not used for thirty days", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  await putAll(store, rig, range(0, 3));
  rig.clock += 31 * DAY_MS;
  await store.sweep();
  assert.equal(store.summary().results, 0);
});
