import assert from "node:assert/strict";
import { digestText } from "../../core/mod.ts";
import { openIdentityReader } from "../blobs/file_identity.ts";
import { FolderShelf, type FolderShelfOptions } from "./folder_shelf.ts";

/** A root with a shelf's folders and a place to keep things from, all gone at the end. */
class Rig implements AsyncDisposable {
  readonly root = Deno.makeTempDirSync();
  readonly lines: string[] = [];
  readonly #shelves: FolderShelf[] = [];

  constructor() {
    Deno.mkdirSync(`${this.root}/tmp`);
  }

  open(options: Partial<FolderShelfOptions> = {}): FolderShelf {
    const shelf = new FolderShelf({
      folder: `${this.root}/kept`,
      tmp: `${this.root}/tmp`,
      limitBytes: 1e6,
      boot: 7,
      now: Date.now,
      reader: openIdentityReader(),
      volume: () => undefined,
      log: (line) => void this.lines.push(line),
      ...options,
    });
    this.#shelves.push(shelf);
    return shelf;
  }

  /** Makes a folder of files; gives its path. */
  make(name: string, files: Readonly<Record<string, string>>): string {
    const path = this.at(name);
    Deno.mkdirSync(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) Deno.writeTextFileSync(`${path}/${file}`, text);
    return path;
  }

  at(name: string): string {
    return `${this.root}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const shelf of this.#shelves) await shelf[Symbol.asyncDispose]();
    // nothing that was being made or removed is left over
    assert.deepEqual([...Deno.readDirSync(this.at("tmp"))], []);
    await Deno.remove(this.root, { recursive: true });
  }
}

const KEY = digestText("key");

/** Keeps a folder that is then removed; gives its path. */
async function keepAndRemove(rig: Rig, shelf: FolderShelf, files: Record<string, string>): Promise<string> {
  const path = rig.make("from", files);
  assert.equal(await shelf.keep(KEY, [{ name: "it", path }]), true, rig.lines.join());
  Deno.removeSync(path, { recursive: true });
  return path;
}

Deno.test("take() gives the very files that were kept, once", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  const path = rig.make("from", { a: "1", b: "22" });
  Deno.chmodSync(path, 0o750);
  const inode = Deno.statSync(`${path}/a`).ino;
  assert.equal(await shelf.keep(KEY, [{ name: "it", path }]), true);
  assert.deepEqual(shelf.names(KEY), ["it"]);
  assert.equal(shelf.bytes, 8192);
  assert.equal(Deno.statSync(`${path}/a`).nlink, 2);
  Deno.removeSync(path, { recursive: true });
  assert.deepEqual(shelf.take(KEY, () => rig.at("to")), [rig.at("to")]);
  assert.equal(Deno.readTextFileSync(rig.at("to/b")), "22");
  assert.equal(Deno.statSync(rig.at("to/a")).ino, inode);
  assert.equal(Deno.statSync(rig.at("to")).mode! & 0o777, 0o750);
  assert.deepEqual(shelf.names(KEY), []);
  assert.equal(shelf.bytes, 0);
  assert.deepEqual(shelf.take(KEY, () => rig.at("again")), []);
});

Deno.test("keep() replaces what was kept under the same key", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  await shelf.keep(KEY, [{ name: "old", path: rig.make("from", { a: "1" }) }]);
  await shelf.keep(KEY, [{ name: "new", path: rig.make("other", { a: "1", b: "2" }) }]);
  assert.deepEqual(shelf.names(KEY), ["new"]);
  assert.equal(shelf.bytes, 8192);
});

/** What may happen to a kept file `a`, of which there is another link. */
const CHANGES: Readonly<Record<string, (kept: string) => void>> = {
  "written to": (kept) => Deno.writeTextFileSync(`${kept}/a`, "2"),
  "cut": (kept) => Deno.truncateSync(`${kept}/a`),
  "touched": (kept) => Deno.utimeSync(`${kept}/a`, 1, 1),
  "removed": (kept) => Deno.removeSync(`${kept}/a`),
  "joined by another": (kept) => Deno.writeTextFileSync(`${kept}/c`, ""),
  "replaced by a link": (kept) => {
    Deno.removeSync(`${kept}/a`);
    Deno.symlinkSync("b", `${kept}/a`);
  },
  "left without its record": (kept) => Deno.removeSync(`${kept}/../record.json`),
  "left with half a record": (kept) => Deno.truncateSync(`${kept}/../record.json`, 20),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`take() gives nothing of what was ${what}, and drops it`, async () => {
    await using rig = new Rig();
    const shelf = rig.open();
    await keepAndRemove(rig, shelf, { a: "1", b: "2" });
    change(rig.at(`kept/${KEY}/it`));
    assert.deepEqual(shelf.take(KEY, () => rig.at("to")), []);
    assert.deepEqual([...Deno.readDirSync(rig.at("kept"))], []);
    assert.equal(shelf.bytes, 0);
  });
}

Deno.test("take() gives nothing of before the machine's last start", async () => {
  await using rig = new Rig();
  await keepAndRemove(rig, rig.open(), { a: "1" });
  assert.deepEqual(rig.open({ boot: 8 }).take(KEY, () => rig.at("to")), []);
});

Deno.test("take() drops what can't be moved, and doesn't throw", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  await keepAndRemove(rig, shelf, { a: "1" });
  assert.deepEqual(shelf.take(KEY, () => rig.at("no/such/folder")), []);
  assert.equal(rig.lines.length, 1);
  assert.equal(shelf.bytes, 0);
});

Deno.test("keep() keeps nothing of a folder that is gone or has folders in it", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  assert.equal(await shelf.keep(KEY, [{ name: "it", path: rig.at("nowhere") }]), false);
  const path = rig.make("from", { a: "1" });
  rig.make("from/inner", {});
  assert.equal(await shelf.keep(KEY, [{ name: "it", path }]), false);
  assert.deepEqual(shelf.names(KEY), []);
});

Deno.test("keep() keeps nothing of a folder that is being removed", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, "x"]));
  const path = rig.make("from", files);
  const keeping = shelf.keep(KEY, [{ name: "it", path }]);
  const linked = new Set(
    [...Deno.readDirSync(rig.at("tmp/" + [...Deno.readDirSync(rig.at("tmp"))][0]!.name + "/it"))]
      .map(({ name }) => name),
  );
  assert.ok(linked.size > 0 && linked.size < 200, `${linked.size} linked by now`);
  Deno.removeSync(`${path}/${[...linked][0]}`);
  assert.equal(await keeping, false);
  assert.deepEqual(shelf.names(KEY), []);
});

Deno.test("keep() drops the oldest where it is too much, and keeps nothing larger than all", async () => {
  await using rig = new Rig();
  const shelf = rig.open({ limitBytes: 3 * 4096 });
  const keys = [1, 2, 3, 4].map((i) => digestText(`key ${i}`));
  for (const [i, key] of keys.entries()) {
    assert.equal(await shelf.keep(key, [{ name: "it", path: rig.make(`from${i}`, { a: "1" }) }]), true);
  }
  assert.deepEqual(keys.map((key) => shelf.names(key).length), [0, 1, 1, 1]);
  const large = rig.make("large", { a: "x".repeat(4 * 4096) });
  assert.equal(await shelf.keep(KEY, [{ name: "it", path: large }]), false);
  assert.equal(shelf.bytes, 3 * 4096);
  assert.equal(await rig.open({ limitBytes: 0 }).keep(KEY, [{ name: "it", path: large }]), false);
});

Deno.test("a shelf goes on with what an earlier one kept, and removes what is of no use", async () => {
  await using rig = new Rig();
  const first = rig.open();
  await keepAndRemove(rig, first, { a: "1" });
  const aged = digestText("aged");
  await first.keep(aged, [{ name: "it", path: rig.make("from", { a: "1" }) }]);
  Deno.utimeSync(rig.at(`kept/${aged}`), 1, 1);
  rig.make("kept/stray", { a: "1" });
  const second = rig.open();
  assert.equal(second.bytes, 4096);
  assert.deepEqual([...Deno.readDirSync(rig.at("kept"))].map(({ name }) => name), [KEY]);
  await second.clear();
  assert.equal(second.bytes, 0);
  assert.deepEqual(second.names(KEY), []);
});

Deno.test("drop() drops, whatever became of the folder for passing files", async () => {
  await using rig = new Rig();
  const shelf = rig.open();
  await keepAndRemove(rig, shelf, { a: "1" });
  Deno.removeSync(rig.at("tmp"));
  shelf.drop(KEY);
  assert.deepEqual([...Deno.readDirSync(rig.at("kept"))], []);
  Deno.mkdirSync(rig.at("tmp"));
});

Deno.test("keep() lets everything go where the volume is nearly full", async () => {
  await using rig = new Rig();
  let freeBytes = 1e12;
  const shelf = rig.open({ volume: () => ({ sizeBytes: 1e12, freeBytes }) });
  await keepAndRemove(rig, shelf, { a: "1" });
  freeBytes = 1e6;
  const other = digestText("other");
  assert.equal(await shelf.keep(other, [{ name: "it", path: rig.make("from", { a: "1" }) }]), false);
  assert.deepEqual([shelf.names(KEY), shelf.names(other), shelf.bytes], [[], [], 0]);
});
