import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type Digest, digestText } from "../../core/mod.ts";
import { makeRig, type Rig } from "../_rig.ts";
import { bytesOf, entryOf, firstFile, offer, REMEMBERED, SILENT } from "../contract.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import type { Store } from "../store.ts";

const id = digestText("a result");
const context = digestText("a context");

async function fill(store: Store, rig: Rig): Promise<void> {
  const source = offer(rig.tmp, "object", 20_000);
  assert.equal(await store.put(id, SILENT, [{ role: "object", mode: 0o644, source }]), true);
  store.addEntry(context, entryOf({ found: [["a.h", digestText("a.h")]], result: id }));
}

async function filledRig(): Promise<Rig> {
  const rig = await makeRig();
  await using store = await rig.open();
  await fill(store, rig);
  return rig;
}

function asideNames(rig: Rig): string[] {
  return [...Deno.readDirSync(rig.root)].map(({ name }) => name).filter((name) => name.includes(".damaged-"));
}

const DAMAGES: Record<string, (path: string) => void> = {
  "is no database": (path) => Deno.writeTextFileSync(path, "garbage ".repeat(2000)),
  "is cut short": (path) => Deno.truncateSync(path, 5000),
  "lacks a table": (path) => execute(path, "drop table refs"),
  "has tables but no version": (path) => execute(path, "pragma user_version = 0"),
};

function execute(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

for (const [name, damage] of Object.entries(DAMAGES)) {
  Deno.test(`openStore() sets an index aside that ${name}`, async () => {
    await using rig = await filledRig();
    damage(`${rig.root}/index.sqlite`);
    await using store = await rig.open();
    assert.deepEqual(store.entries(context), []);
    assert.equal(store.ready(id), undefined);
    assert.deepEqual(store.summary().results, 0);
    assert.equal(asideNames(rig).length, 1);
    assert.equal(rig.lines.length, 1, rig.lines.join("\n"));
    await fill(store, rig);
    assert.deepEqual(firstFile(store, id), bytesOf("object", 20_000));
  });
}

for (const version of [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1]) {
  Deno.test(`openStore() begins anew where the index is of schema ${version}`, async () => {
    await using rig = await filledRig();
    const path = `${rig.root}/index.sqlite`;
    execute(path, `alter table entries add column own text; pragma user_version = ${version}`);
    {
      await using store = await rig.open();
      assert.deepEqual([store.entries(context), store.ready(id)], [[], undefined]);
      assert.deepEqual(asideNames(rig), []);
      assert.deepEqual(rig.lines, [
        `store: the index was begun anew: Cannot open the index: schema is ${version}, expected ${SCHEMA_VERSION}`,
      ]);
      await fill(store, rig);
      // the blob of the other version's result is one that no row names
      while (await store.sweep());
      assert.deepEqual(firstFile(store, id), bytesOf("object", 20_000));
    }
    await using again = await rig.open();
    assert.equal(again.entries(context).length, 1);
    assert.equal(rig.lines.length, 1);
  });
}

Deno.test("openStore() keeps only the last index it set aside", async () => {
  await using rig = await filledRig();
  for (let round = 0; round < 3; round++) {
    rig.clock += 1000;
    Deno.writeTextFileSync(`${rig.root}/index.sqlite`, "garbage ".repeat(2000));
    const store = await rig.open();
    await store[Symbol.asyncDispose]();
  }
  assert.deepEqual(asideNames(rig), [`index.sqlite.damaged-${rig.clock}`]);
});

/** Rows changed behind the store's back, in ways that its own checks must find. */
const WRONG_ROWS: Record<string, string> = {
  "an entry that names another result": "update entries set result = zeroblob(32)",
  "an entry with another set": "insert into sets (crc, pairs) values (0, x''); update entries set found = 2",
  "an entry without its set": "delete from sets",
  "a pair with another content": `update pairs set content = '${digestText("wrong")}'`,
  "a path with another text": "update paths set text = 'wrong.h'",
  "a result with another exit code": "update results set exit = 1",
  "a result with other files": "update results set files = '[]'",
  "a result with files that are no JSON": "update results set files = '[['",
};

for (const [name, sql] of Object.entries(WRONG_ROWS)) {
  Deno.test(`the store never answers from ${name}`, async () => {
    await using rig = await filledRig();
    execute(`${rig.root}/index.sqlite`, sql);
    await using store = await rig.open();
    const entries = store.entries(context);
    const ready = store.ready(id);
    assert.ok(entries.length === 0 || ready === undefined);
    assert.equal(asideNames(rig).length, 1);
    await fill(store, rig);
    assert.equal(store.entries(context).length, 1);
    assert.deepEqual(firstFile(store, id), bytesOf("object", 20_000));
  });
}

Deno.test("the store never answers from a remembered digest that was changed", async () => {
  await using rig = await makeRig();
  const before = await rig.open();
  before.digests.put("/a.h", REMEMBERED);
  await before[Symbol.asyncDispose]();
  execute(`${rig.root}/index.sqlite`, "update digests set size = size + 1");
  await using store = await rig.open();
  assert.equal(store.digests.get("/a.h"), undefined);
});

Deno.test("openStore() keeps nothing while another process holds the index, and starts once it is free", async () => {
  await using rig = await makeRig();
  const holder = await rig.open();
  await fill(holder, rig);
  await using store = await rig.open();
  assert.deepEqual(store.entries(context), []);
  assert.equal(store.ready(id), undefined);
  const source = offer(rig.tmp, "other", 20_000);
  assert.equal(
    await store.put(digestText("other"), SILENT, [{ role: "object", mode: 0o644, source }]),
    false,
  );
  assert.equal(await store.sweep(), false);
  const shards = `${rig.root}/artifacts/v1`;
  const blobs = [...Deno.readDirSync(shards)].flatMap((
    { name },
  ) => [...Deno.readDirSync(`${shards}/${name}`)]);
  assert.equal(blobs.length, 1, "nothing remains of the other result");
  assert.deepEqual(firstFile(holder, id), bytesOf("object", 20_000));
  await holder[Symbol.asyncDispose]();
  assert.equal(store.ready(id), undefined, "it is not asked at every look-up");
  rig.clock += 2000;
  assert.deepEqual(firstFile(store, id), bytesOf("object", 20_000));
  assert.equal(store.entries(context).length, 1);
});

Deno.test("openStore() keeps nothing below a root that is no folder", async () => {
  await using rig = await makeRig();
  const root = `${rig.root}/file`;
  await Deno.writeTextFile(root, "");
  await using store = await rig.open({ root });
  const source = offer(rig.root, "object", 20_000);
  assert.equal(await store.put(id, SILENT, [{ role: "object", mode: 0o644, source }]), false);
  store.addEntry(context, entryOf({ result: id }));
  store.setNote("a", "b");
  store.digests.put("/a.h", REMEMBERED);
  store.flush();
  await store.trim();
  assert.equal(await store.sweep(), false);
  await store.clear();
  assert.deepEqual([store.entries(context), store.ready(id), store.note("a")], [[], undefined, undefined]);
  assert.equal(store.digests.get("/a.h"), undefined);
  assert.ok(rig.lines.length > 0 && rig.lines.length < 4);
});

Deno.test("openStore() keeps nothing where the index is a folder", async () => {
  await using rig = await makeRig();
  await Deno.mkdir(`${rig.root}/index.sqlite/sub`, { recursive: true });
  await using store = await rig.open();
  assert.deepEqual(store.entries(context), []);
});

Deno.test("the store survives any byte of its index being changed", async () => {
  await using rig = await makeRig();
  const before = await rig.open();
  const contexts = Array.from({ length: 40 }, (_, at) => digestText(`context ${at}`));
  const expected = new Map<Digest, string>();
  for (const [at, one] of contexts.entries()) {
    const found = Array.from({ length: 60 }, (_, k) => [`/include/${at + k}.h`, digestText(`${k}`)] as const);
    before.addEntry(one, entryOf({ found: [...found, ["own.h", `${at}`]], result: one }));
    const source = offer(rig.tmp, `depfile ${at}`, 500);
    await before.put(one, SILENT, [{ role: "depfile", mode: 0o644, source }]);
    expected.set(one, answers(before, one));
  }
  await before[Symbol.asyncDispose]();
  const path = `${rig.root}/index.sqlite`;
  const good = Deno.readFileSync(path);
  let seed = 7;
  for (let round = 0; round < 60; round++) {
    const bad = good.slice();
    for (let hit = 0; hit < 8; hit++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      bad[seed % bad.length] = seed >>> 24;
    }
    Deno.writeFileSync(path, bad);
    await using store = await rig.open();
    for (const one of contexts) {
      const found = answers(store, one);
      assert.ok(isPartOf(found, expected.get(one) ?? ""), `round ${round}: ${found}`);
    }
    store.summary();
  }
});

/** What the store says of a context and of the result of the same digest, as a text. */
function answers(store: Store, one: Digest): string {
  const entries = store.entries(one).map(({ found, passedOver, result }) => ({
    found: [...found].sort(),
    passedOver,
    result,
  }));
  const file = store.ready(one)?.files[0];
  const inline = file !== undefined && "inline" in file ? file.inline.toHex() : "";
  return JSON.stringify([entries.length === 0 ? "" : entries, inline]);
}

function isPartOf(found: string, expected: string): boolean {
  const whole: unknown = JSON.parse(expected);
  const parts: unknown = JSON.parse(found);
  assert.ok(Array.isArray(whole) && Array.isArray(parts));
  return parts.every((part, at) => part === "" || JSON.stringify(part) === JSON.stringify(whole[at]));
}
