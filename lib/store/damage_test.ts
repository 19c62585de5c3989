import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { digestBytes, digestText } from "../core/mod.ts";
import { makeRig, type Rig } from "./_rig.ts";
import { bytesOf, entryOf, firstFile, offer, SILENT } from "./contract.ts";
import {
  type FileIdentity,
  keepIdentity,
  openIdentityReader,
  PortableReader,
} from "./blobs/file_identity.ts";
import type { StoreOptions } from "./open_store.ts";
import type { Store } from "./store.ts";

const SIZE = 30_000;
const id = digestText("a result");

async function putObject(store: Store, rig: Rig, name = "a result"): Promise<string> {
  const source = offer(rig.tmp, "object", SIZE);
  // A whole second, so that it can be restored exactly.
  Deno.utimeSync(source, 1_600_000_000, 1_600_000_000);
  const kept = await store.put(digestText(name), SILENT, [{ role: "object", mode: 0o644, source }]);
  assert.equal(kept, true);
  return blobPath(store);
}

function blobPath(store: Store): string {
  const file = store.ready(id)?.files[0];
  assert.ok(file && "from" in file);
  return file.from;
}

function rewrite(path: string, change: (bytes: Uint8Array) => void): void {
  const bytes = Deno.readFileSync(path);
  change(bytes);
  Deno.writeFileSync(path, bytes);
}

/** Changes one bit, and puts size and mtime back as they were; only ctime tells, once the kernel's clock has ticked. */
function flipUnseen(path: string): void {
  using reader = openIdentityReader();
  const before = identityOf(path);
  const { mtime, atime } = Deno.statSync(path);
  assert.ok(mtime && atime);
  rewrite(path, (bytes) => bytes.set([(bytes[99] ?? 0) ^ 4], 99));
  do Deno.utimeSync(path, atime, mtime); while (
    reader.resolutionMs < 100 && !ticked(before, identityOf(path))
  );
}

function ticked(a: FileIdentity, b: FileIdentity): boolean {
  return a.ctimeS !== b.ctimeS || a.ctimeNs !== b.ctimeNs;
}

function identityOf(path: string): FileIdentity {
  using reader = openIdentityReader();
  const found = reader.read(path);
  assert.ok(found);
  return keepIdentity(found);
}

const DAMAGES: Record<string, (path: string) => void> = {
  "a flipped bit with size and mtime restored": flipUnseen,
  "a truncated blob": (path) => Deno.truncateSync(path, SIZE - 1),
  "an emptied blob": (path) => Deno.truncateSync(path, 0),
  "a longer blob": (path) => Deno.writeFileSync(path, new Uint8Array(1), { append: true }),
  "a deleted blob": (path) => Deno.removeSync(path),
  "a blob replaced by a link": (path) => {
    Deno.renameSync(path, `${path}.moved`);
    Deno.symlinkSync(`${path}.moved`, path);
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  for (const [when, reader] of [["at once", undefined], ["with coarse times", PortableReader]] as const) {
    Deno.test(`ready() never gives ${name}, ${when}`, async () => {
      await using rig = await makeRig();
      const options: Partial<StoreOptions> = reader === undefined ? {} : { reader: new reader() };
      await using store = await rig.open(options);
      const path = await putObject(store, rig);
      await putObject(store, rig, "another result with the same blob");
      damage(path);
      assert.equal(store.ready(id), undefined);
      assert.equal(store.ready(digestText("another result with the same blob")), undefined);
      const { damagedBlobs, blobs, blobBytes, results } = store.summary();
      assert.deepEqual([damagedBlobs, blobs, blobBytes, results], [1, 0, 0, 0]);
      await putObject(store, rig);
      assert.deepEqual(firstFile(store, id), bytesOf("object", SIZE));
    });
  }

  Deno.test(`ready() never gives ${name}, after a restart`, async () => {
    await using rig = await makeRig();
    const before = await rig.open();
    const path = await putObject(before, rig);
    await before[Symbol.asyncDispose]();
    damage(path);
    await using store = await rig.open();
    assert.equal(store.ready(id), undefined);
    assert.equal(store.summary().damagedBlobs, 1);
  });

  Deno.test(`put() replaces ${name}`, async () => {
    await using rig = await makeRig();
    await using store = await rig.open();
    damage(await putObject(store, rig));
    const source = offer(rig.tmp, "object", SIZE);
    assert.equal(
      await store.put(digestText("later"), SILENT, [{ role: "object", mode: 0o644, source }]),
      true,
    );
    assert.deepEqual(firstFile(store, digestText("later")), bytesOf("object", SIZE));
    assert.deepEqual(firstFile(store, id), bytesOf("object", SIZE));
  });
}

Deno.test("ready() goes on when only the links to a blob changed", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const path = await putObject(store, rig);
  await Deno.link(path, `${rig.root}/delivered.o`);
  assert.deepEqual(firstFile(store, id), bytesOf("object", SIZE));
  await Deno.remove(`${rig.root}/delivered.o`);
  assert.deepEqual(firstFile(store, id), bytesOf("object", SIZE));
  assert.equal(store.summary().damagedBlobs, 0);
});

Deno.test("ready() sees that a delivered hard link was written to", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const path = await putObject(store, rig);
  await Deno.link(path, `${rig.root}/delivered.o`);
  assert.ok(store.ready(id));
  flipUnseen(`${rig.root}/delivered.o`);
  assert.equal(store.ready(id), undefined);
});

Deno.test("ready() hashes a blob that was filed before the machine's last start", async () => {
  await using rig = await makeRig();
  for (const [boot, expected] of [[7, true], [8, false]] as const) {
    const before = await rig.open({ boot: 7 });
    const path = await putObject(before, rig);
    await before[Symbol.asyncDispose]();
    rewrite(path, (bytes) => bytes.fill(0));
    pretendUnchanged(rig, path);
    await using store = await rig.open({ boot });
    assert.equal(store.ready(id) !== undefined, expected, "the identity alone hides the loss");
  }
});

Deno.test("ready() hashes such a blob only once", async () => {
  await using rig = await makeRig();
  const before = await rig.open({ boot: 7 });
  const path = await putObject(before, rig);
  await before[Symbol.asyncDispose]();
  const after = await rig.open({ boot: 8 });
  assert.ok(after.ready(id));
  await after[Symbol.asyncDispose]();
  rewrite(path, (bytes) => bytes.fill(0));
  pretendUnchanged(rig, path);
  await using store = await rig.open({ boot: 9 });
  assert.ok(store.ready(id), "once read back, the bytes are known to be on the disk");
});

/** What a loss of power does: the bytes are gone, but the index knows this very identity. */
function pretendUnchanged(rig: Rig, path: string): void {
  const db = new DatabaseSync(`${rig.root}/index.sqlite`);
  const { mtimeS, mtimeNs, ctimeS, ctimeNs } = identityOf(path);
  db.prepare("update blobs set mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?")
    .run(mtimeS, mtimeNs, ctimeS, ctimeNs);
  db.close();
}

Deno.test("put() refuses what is no regular file", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  await Deno.symlink("/bin/sh", `${rig.tmp}/link`);
  await Deno.mkdir(`${rig.tmp}/folder`);
  for (const name of ["link", "folder"]) {
    const files = [{ role: "object", mode: 0o644, source: `${rig.tmp}/${name}` }];
    assert.equal(await store.put(id, SILENT, files), false);
  }
  assert.equal(store.ready(id), undefined);
});

Deno.test("put() refuses a file that changes while it is hashed", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const source = offer(rig.tmp, "object", 700_000);
  const put = store.put(id, SILENT, [{ role: "object", mode: 0o644, source }]);
  Deno.truncateSync(source, 600_000);
  assert.equal(await put, false);
  assert.equal(store.ready(id), undefined);
});

Deno.test("put() takes back what it placed when another file can't be", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const shards = `${rig.root}/artifacts/v1`;
  const inTheWay = `${shards}/${digestBytes(bytesOf("dwo", SIZE)).slice(0, 1)}`;
  await Deno.writeTextFile(inTheWay, "");
  const files = ["object", "dwo"].map((role) => ({ role, mode: 0o644, source: offer(rig.tmp, role, SIZE) }));
  assert.equal(await store.put(id, SILENT, files), false);
  await Deno.remove(inTheWay);
  const names = [...Deno.readDirSync(shards)].flatMap((
    { name },
  ) => [...Deno.readDirSync(`${shards}/${name}`)]);
  assert.deepEqual([names, [...Deno.readDirSync(rig.tmp)]], [[], []]);
  assert.deepEqual([store.summary().blobs, store.summary().results], [0, 0]);
});

Deno.test("blobs are read-only and the index is private", async () => {
  await using rig = await makeRig();
  await using store = await rig.open({ root: `${rig.root}/new/root` });
  const source = offer(`${rig.root}/new/root/tmp`, "object", SIZE);
  await store.put(id, SILENT, [{ role: "object", mode: 0o755, source }]);
  store.addEntry(id, entryOf({ result: id }));
  store.flush();
  const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  assert.equal(modeOf(blobPath(store)), 0o444);
  assert.deepEqual(
    ["", "/tmp", "/artifacts", "/index.sqlite", "/index.sqlite-wal"].map((path) =>
      modeOf(`${rig.root}/new/root${path}`)
    ),
    [0o700, 0o700, 0o700, 0o600, 0o600],
  );
});
