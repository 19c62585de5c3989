import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import { makeRig } from "./_rig.ts";
import { bytesOf, entryOf, firstFile, offer, REMEMBERED, SILENT } from "./contract.ts";

const context = digestText("a context");
const id = digestText("a result");

Deno.test("openStore() finds everything again", async () => {
  await using rig = await makeRig();
  const found = Array.from({ length: 400 }, (_, at) => [`/include/${at}.h`, digestText(`${at}`)] as const);
  const passedOver = ["/opt/include/7.h", "/opt/include/8.h"];
  const entries = [0, 1, 2].map((at) =>
    entryOf({ found: found.slice(at), passedOver, result: digestText(`${at}`) })
  );
  const before = await rig.open();
  for (const entry of entries) before.addEntry(context, entry);
  for (const entry of before.entries(context).slice(2)) before.touch(context, entry);
  const files = [
    { role: "object", mode: 0o644, source: offer(rig.tmp, "object", 50_000) },
    { role: "depfile", mode: 0o600, source: offer(rig.tmp, "depfile", 100) },
    { role: "su", mode: 0o600, source: offer(rig.tmp, "su", 50) },
  ];
  const said = { exit: 3, stdout: bytesOf("out", 70), stderr: bytesOf("err", 10_000), toolMs: 0.125 };
  await before.put(id, said, files);
  before.digests.put("/a.h", REMEMBERED);
  before.setNote("tool", "gcc");
  const summary = before.summary();
  await before[Symbol.asyncDispose]();

  await using store = await rig.open();
  assert.deepEqual(store.summary(), summary);
  assert.deepEqual(store.entries(context).map(({ result }) => result), ["0", "2", "1"].map(digestText));
  assert.deepEqual([...store.entries(context)[0]?.found ?? []].sort(), [...found].sort());
  assert.deepEqual([...store.entries(context)[0]?.passedOver ?? []].sort(), passedOver);
  const ready = store.ready(id);
  assert.deepEqual({ ...ready?.result, files: [] }, { ...said, files: [] });
  assert.deepEqual(firstFile(store, id), bytesOf("object", 50_000));
  assert.deepEqual(ready?.files.slice(1), [
    { role: "depfile", mode: 0o600, inline: bytesOf("depfile", 100) },
    { role: "su", mode: 0o600, inline: bytesOf("su", 50) },
  ]);
  assert.deepEqual(store.digests.get("/a.h"), REMEMBERED);
  assert.equal(store.note("tool"), "gcc");
});

Deno.test("put() files equal blobs once, for as long as one result needs them", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  for (const name of ["one", "two"]) {
    const source = offer(rig.tmp, "same", 50_000);
    await store.put(digestText(name), SILENT, [{ role: "object", mode: 0o644, source }]);
  }
  assert.deepEqual([store.summary().blobs, store.summary().blobBytes], [1, 50_000]);
  await store.put(digestText("one"), SILENT, []);
  assert.deepEqual(firstFile(store, digestText("two")), bytesOf("same", 50_000));
  await store.put(digestText("two"), SILENT, []);
  assert.deepEqual([store.summary().blobs, store.summary().blobBytes], [0, 0]);
});

Deno.test("a result can name the same blob twice", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const files = ["object", "dwo"].map((role) => ({
    role,
    mode: 0o644,
    source: offer(rig.tmp, "same", 9000),
  }));
  assert.equal(await store.put(id, SILENT, files), true);
  assert.equal(store.ready(id)?.files.length, 2);
  assert.deepEqual([...Deno.readDirSync(rig.tmp)], []);
  await store.put(id, SILENT, []);
  assert.equal(store.summary().blobs, 0);
});

Deno.test("put() after close keeps nothing", async () => {
  await using rig = await makeRig();
  const store = await rig.open();
  await store[Symbol.asyncDispose]();
  const source = offer(rig.tmp, "object", 50_000);
  assert.equal(await store.put(id, SILENT, [{ role: "object", mode: 0o644, source }]), false);
  assert.deepEqual(store.entries(context), []);
  assert.equal(store.ready(id), undefined);
});

Deno.test("clear() leaves no file behind", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  for (let at = 0; at < 5; at++) {
    const source = offer(rig.tmp, `object ${at}`, 9000);
    await store.put(digestText(`${at}`), SILENT, [{ role: "object", mode: 0o644, source }]);
  }
  const cleared = await store.clear();
  assert.deepEqual([cleared.files, cleared.bytes], [5, 45_000]);
  assert.deepEqual([...Deno.readDirSync(`${rig.root}/artifacts`)].map(({ name }) => name), ["v1"]);
  assert.deepEqual([...Deno.readDirSync(`${rig.root}/artifacts/v1`)], []);
  assert.ok(Deno.statSync(`${rig.root}/index.sqlite`).size < 200_000);
});
