import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { digestText } from "../../core/mod.ts";
import { makeRig, type Rig } from "../_rig.ts";
import { bytesOf, entryOf, firstFile, offer, REMEMBERED, SILENT } from "../contract.ts";
import type { Store } from "../store.ts";

const DAY_MS = 24 * 60 * 60_000;
const id = digestText("a result");

async function sweepAll(store: Store): Promise<number> {
  let pieces = 1;
  while (await store.sweep()) pieces++;
  return pieces;
}

function namesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? [name, ...namesBelow(`${folder}/${name}`)] : [name]
  );
}

function countRows(rig: Rig, table: string): number {
  const db = new DatabaseSync(`${rig.root}/index.sqlite`);
  const row = db.prepare(`select count(*) as n from ${table}`).get();
  db.close();
  return Number(row?.["n"]);
}

Deno.test("sweep() removes files without a row, and nothing else", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const source = offer(rig.tmp, "object", 20_000);
  await store.put(id, SILENT, [{ role: "object", mode: 0o644, source }]);
  const stray = digestText("stray");
  const shard = `${rig.root}/artifacts/v1/${stray.slice(0, 1)}`;
  await Deno.mkdir(shard, { recursive: true });
  await Deno.writeTextFile(`${shard}/${stray}`, "stray");
  await Deno.writeTextFile(`${shard}/note.txt`, "stray");
  await Deno.mkdir(`${rig.root}/artifacts/dropped-1/ab`, { recursive: true });
  await Deno.writeTextFile(`${rig.root}/artifacts/dropped-1/ab/${stray}`, "stray");
  await sweepAll(store);
  assert.deepEqual(
    namesBelow(`${rig.root}/artifacts`).filter((name) => name.length > 2),
    [
      "v1",
      store.ready(id)?.result.files[0]?.blob,
    ].filter((name) => name !== "v1" && name !== undefined).toSorted(),
  );
  assert.deepEqual(firstFile(store, id), bytesOf("object", 20_000));
});

Deno.test("sweep() removes incoming files that are a day old", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  await Deno.mkdir(`${rig.tmp}/12-3`);
  await Deno.writeTextFile(`${rig.tmp}/12-3/0`, "left behind");
  await sweepAll(store);
  assert.deepEqual(namesBelow(rig.tmp), ["12-3", "0"]);
  rig.clock += 2 * DAY_MS;
  await sweepAll(store);
  assert.deepEqual(namesBelow(rig.tmp), []);
});

Deno.test("sweep() works once a day, in pieces", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  for (let at = 0; at < 20; at++) {
    const source = offer(rig.tmp, `object ${at}`, 20_000);
    await store.put(digestText(`${at}`), SILENT, [{ role: "object", mode: 0o644, source }]);
  }
  assert.ok(await sweepAll(store) > 10);
  assert.equal(await sweepAll(store), 1);
  rig.clock += 2 * DAY_MS;
  assert.ok(await sweepAll(store) > 10);
});

Deno.test("sweep() drops rows that were not used for thirty days, and what only they used", async () => {
  await using rig = await makeRig();
  const before = await rig.open();
  const kept = digestText("kept");
  const found = Array.from({ length: 50 }, (_, at) => [`/include/${at}.h`, digestText(`${at}`)] as const);
  for (let at = 0; at < 700; at++) {
    const own = [[`/include/own ${at}.h`, digestText(`${at}`)]] as const;
    before.addEntry(
      digestText(`old ${at}`),
      entryOf({ found: [...found, ...own], passedOver: [`/opt/${at}.h`], result: id }),
    );
  }
  before.digests.put("/old.h", REMEMBERED);
  rig.clock += 31 * DAY_MS;
  before.addEntry(kept, entryOf({ found: found.slice(0, 20), passedOver: ["/opt/3.h"], result: id }));
  before.digests.put("/new.h", { ...REMEMBERED, hashedAtNs: BigInt(rig.clock) * 1_000_000n });
  await sweepAll(before);
  assert.equal(before.digests.get("/old.h"), undefined);
  assert.ok(before.digests.get("/new.h"));
  assert.deepEqual(before.entries(digestText("old 3")), []);
  await before[Symbol.asyncDispose]();
  assert.deepEqual(
    ["entries", "sets", "pairs", "paths", "digests"].map((table) => countRows(rig, table)),
    [1, 1, 20, 21, 1],
  );
  await using store = await rig.open();
  assert.deepEqual([...store.entries(kept)[0]?.found ?? []].sort(), found.slice(0, 20).sort());
  store.addEntry(kept, entryOf({ found, passedOver: ["/opt/3.h", "/opt/9.h"], result: id }));
  assert.equal(store.entries(kept)[0]?.found.size, 50);
});

Deno.test("sweep() spares what is used again while it works", async () => {
  await using rig = await makeRig();
  const before = await rig.open();
  const partsOf = (at: number) => ({
    found: [[`/include/${at}.h`, digestText(`${at}`)], ["/include/all.h", "absent"]] as const,
    passedOver: [`/opt/${at}.h`],
    result: digestText(`${at}`),
  });
  for (let at = 0; at < 2500; at++) before.addEntry(digestText(`old ${at}`), entryOf(partsOf(at)));
  rig.clock += 31 * DAY_MS;
  let added = 0;
  while (await before.sweep()) {
    for (const at of [added, 2499 - added]) before.addEntry(digestText(`new ${at}`), entryOf(partsOf(at)));
    added++;
  }
  assert.ok(added > 15, `${added} pieces`);
  await before[Symbol.asyncDispose]();
  await using store = await rig.open();
  for (let at = 0; at < added; at++) {
    for (const number of [at, 2499 - at]) {
      const [entry] = store.entries(digestText(`new ${number}`));
      assert.ok(entry, `entry ${number}; ${rig.lines}`);
      assert.deepEqual([...entry.found].sort(), partsOf(number).found.toSorted());
      assert.deepEqual(entry.passedOver, partsOf(number).passedOver);
    }
  }
});
