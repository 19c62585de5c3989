import assert from "node:assert/strict";
import { callContract } from "./contract_calls.ts";
import { clearContract } from "./contract_clear.ts";
import { type Digest, digestText, type RememberedDigest } from "../core/mod.ts";
import { MAX_ENTRIES_PER_CONTEXT, type NewEntry, type ReadyFile, type Store } from "./store.ts";

/** A store to test, and a folder on its volume for files that are offered to it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: Store;
  readonly tmp: string;
}

/** A result without files that says nothing. */
export const SILENT = { exit: 0, stdout: new Uint8Array(0), stderr: new Uint8Array(0), toolMs: 12.5 };

/** An entry with these parts, and nothing else. */
export function entryOf(parts: Partial<NewEntry> & { readonly result: Digest }): NewEntry {
  return { found: [], passedOver: [], ...parts };
}

/** Writes a file of this size whose bytes follow from `seed`, and returns its path. */
export function offer(tmp: string, seed: string, size: number): string {
  const path = `${tmp}/${crypto.randomUUID()}`;
  Deno.writeFileSync(path, bytesOf(seed, size));
  return path;
}

/** The bytes that `offer` writes. */
export function bytesOf(seed: string, size: number): Uint8Array<ArrayBuffer> {
  const pattern = new TextEncoder().encode(digestText(seed));
  return Uint8Array.from({ length: size }, (_, at) => pattern[at % pattern.length] ?? 0);
}

/** What would be delivered. */
export function contentOf(file: ReadyFile): Uint8Array {
  return "inline" in file ? file.inline : Deno.readFileSync(file.from);
}

/** The first file of a result that must be ready. */
export function firstFile(store: Store, id: Digest): Uint8Array {
  const file = store.ready(id)?.files[0];
  assert.ok(file, "the result is ready");
  return contentOf(file);
}

/** What every store promises. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const test = (title: string, body: (under: StoreUnderTest) => Promise<void> | void) =>
    Deno.test(`${name} ${title}`, async () => {
      await using under = await open();
      await body(under);
    });
  resultContract(test);
  entryContract(test);
  additionContract(test);
  callContract(test);
  otherContract(test);
  clearContract(test);
}

/** Adds a test to a contract. */
export type Test = (title: string, body: (under: StoreUnderTest) => Promise<void> | void) => void;

const RESULT = digestText("a result");

function resultContract(test: Test): void {
  test("put() and ready() give back every byte", givesBack);

  test("put() replaces an earlier result", async ({ store, tmp }) => {
    for (const seed of ["first", "second"]) {
      const source = offer(tmp, seed, 9000);
      assert.equal(await store.put(RESULT, SILENT, [{ role: "object", mode: 0o644, source }]), true);
      assert.deepEqual(firstFile(store, RESULT), bytesOf(seed, 9000));
    }
    assert.equal(store.summary().results, 1);
    const { blobBytes, inlineBytes, evictedBlobs } = store.summary();
    assert.deepEqual(store.usage(), { results: 1, bytes: blobBytes + inlineBytes, evicted: evictedBlobs });
  });

  test("put() keeps nothing when a file vanished", async ({ store, tmp }) => {
    const files = [
      { role: "object", mode: 0o644, source: offer(tmp, "object", 50_000) },
      { role: "depfile", mode: 0o644, source: `${tmp}/gone` },
    ];
    assert.equal(await store.put(RESULT, SILENT, files), false);
    assert.equal(store.ready(RESULT), undefined);
    assert.deepEqual([...Deno.readDirSync(tmp)], []);
    assert.deepEqual([store.summary().results, store.summary().blobBytes, store.summary().inlineBytes], [
      0,
      0,
      0,
    ]);
  });

  test("ready() knows nothing of a result that was never put", ({ store }) => {
    assert.equal(store.ready(RESULT), undefined);
  });

  test("put() of many at once keeps each", async ({ store, tmp }) => {
    const sizes = Array.from({ length: 20 }, (_, at) => at * 40_000);
    const kept = await Promise.all(sizes.map((size, at) =>
      store.put(digestText(`result ${at}`), SILENT, [
        { role: "object", mode: 0o644, source: offer(tmp, `object ${at}`, size) },
      ])
    ));
    assert.ok(kept.every(Boolean));
    for (const [at, size] of sizes.entries()) {
      assert.deepEqual(firstFile(store, digestText(`result ${at}`)), bytesOf(`object ${at}`, size));
    }
  });
}

async function givesBack({ store, tmp }: StoreUnderTest): Promise<void> {
  const said = { exit: 0, stdout: bytesOf("out", 100), stderr: bytesOf("err", 5), toolMs: 7.25 };
  const files = [
    { role: "object", mode: 0o644, source: offer(tmp, "object", 50_000) },
    { role: "depfile", mode: 0o600, source: offer(tmp, "depfile", 300) },
    { role: "su", mode: 0o644, source: offer(tmp, "", 0) },
    { role: "dwo", mode: 0o755, source: offer(tmp, "large", 700_000) },
  ];
  assert.equal(await store.put(RESULT, said, files), true);
  const ready = store.ready(RESULT);
  assert.ok(ready);
  assert.deepEqual({ ...ready.result, files: [] }, { ...said, files: [] });
  assert.deepEqual(ready.files.map(({ role, mode }) => [role, mode]), [
    ["object", 0o644],
    ["depfile", 0o600],
    ["su", 0o644],
    ["dwo", 0o755],
  ]);
  assert.deepEqual(ready.files.map((file) => contentOf(file).length), [50_000, 300, 0, 700_000]);
  const [object, depfile, , large] = ready.files.map(contentOf);
  assert.deepEqual(object, bytesOf("object", 50_000));
  assert.deepEqual(depfile, bytesOf("depfile", 300));
  assert.deepEqual(large, bytesOf("large", 700_000));
  assert.deepEqual([...Deno.readDirSync(tmp)], [], "the store takes the offered files over");
}

const CONTEXT = digestText("a context");
const resultOf = (at: number) => digestText(`result ${at}`);
const RESULTS = Array.from({ length: MAX_ENTRIES_PER_CONTEXT + 4 }, (_, at) => resultOf(at));
const numbered = (at: number) => entryOf({ found: [["a.h", `content ${at}`]], result: resultOf(at) });
const order = (store: Store) => store.entries(CONTEXT).map(({ result }) => RESULTS.indexOf(result));

function entryContract(test: Test): void {
  test("entries() gives back what was added", ({ store }) => {
    const entry = entryOf({
      found: [["/usr/include/a.h", digestText("a.h")], ["b.h", digestText("b.h")], ["no.h", "absent"]],
      passedOver: ["/opt/include/a.h", "sub/b.h"],
      result: digestText("a result"),
    });
    store.addEntry(CONTEXT, entry);
    const [back, ...more] = store.entries(CONTEXT);
    assert.ok(back);
    assert.equal(more.length, 0);
    assert.deepEqual([...back.found].sort(), [...entry.found].sort());
    assert.deepEqual([...back.passedOver].sort(), [...entry.passedOver].sort());
    assert.equal(back.result, entry.result);
    assert.deepEqual(store.entries(digestText("another context")), []);
  });

  test("entries() come most recently used first", ({ store }) => {
    for (const at of [0, 1, 2]) store.addEntry(CONTEXT, numbered(at));
    assert.deepEqual(order(store), [2, 1, 0]);
    const [two, one, zero] = store.entries(CONTEXT);
    assert.ok(two && one && zero);
    store.touch(CONTEXT, zero);
    assert.deepEqual(order(store), [0, 2, 1]);
    store.touch(CONTEXT, one);
    assert.deepEqual(order(store), [1, 0, 2]);
  });

  test("touch() under another context adds nothing to that", ({ store }) => {
    const other = digestText("another context");
    assert.deepEqual(store.entries(other), []);
    store.addEntry(CONTEXT, numbered(0));
    const [entry] = store.entries(CONTEXT);
    assert.ok(entry);
    store.touch(other, entry);
    assert.deepEqual(store.entries(other), []);
    assert.equal(store.entries(CONTEXT).length, 1);
  });
}

function additionContract(test: Test): void {
  test("addEntry() keeps a bounded number, least recently used out", ({ store }) => {
    for (let at = 0; at < MAX_ENTRIES_PER_CONTEXT; at++) store.addEntry(CONTEXT, numbered(at));
    const first = store.entries(CONTEXT).at(-1);
    assert.ok(first);
    store.touch(CONTEXT, first);
    for (let at = MAX_ENTRIES_PER_CONTEXT; at < RESULTS.length; at++) store.addEntry(CONTEXT, numbered(at));
    assert.equal(store.entries(CONTEXT).length, MAX_ENTRIES_PER_CONTEXT);
    assert.ok(order(store).includes(0));
    assert.ok(!order(store).includes(1));
  });

  test("addEntry() renews the entry with the same inputs", ({ store }) => {
    const found = [["a.h", digestText("a.h")], ["b.h", digestText("b.h")]] as const;
    for (const result of [resultOf(0), resultOf(1)]) {
      store.addEntry(CONTEXT, entryOf({ found, passedOver: ["x/a.h"], result }));
    }
    store.addEntry(
      CONTEXT,
      entryOf({ found: [...found].reverse(), passedOver: ["x/a.h"], result: resultOf(2) }),
    );
    assert.deepEqual(order(store), [2]);
    store.addEntry(CONTEXT, entryOf({ found, passedOver: [], result: resultOf(3) }));
    store.addEntry(CONTEXT, entryOf({ found: found.slice(1), passedOver: [], result: resultOf(4) }));
    assert.deepEqual(order(store), [4, 3, 2]);
  });
}

/** Something remembered of a file, with numbers that need all 64 bits. */
export const REMEMBERED: RememberedDigest = {
  digest: digestText("a.h"),
  size: 1234,
  mtimeNs: 1_795_239_195_837_921_369n,
  ctimeNs: -1n,
  ino: 2n ** 64n - 5n,
  dev: 65024n,
  hashedAtNs: 1_795_239_195_937_921_369n,
  facts: {
    usesDate: true,
    usesTime: false,
    usesTimestamp: true,
    comparesTimes: true,
    assemblerInclude: false,
    hasIncludeNames: ["a.h", "sys/b.h"],
    computedHasInclude: true,
    computedInclude: false,
    systemHeaderPragma: true,
    lineDirective: true,
    once: true,
    imports: false,
    includes: ["<c.h"],
    blanked: digestText("blanked"),
  },
};

function otherContract(test: Test): void {
  test("digests remember what was put last", ({ store }) => {
    assert.equal(store.digests.get("/a.h"), undefined);
    store.digests.put("/a.h", { ...REMEMBERED, size: 1 });
    store.digests.put("/a.h", REMEMBERED);
    assert.deepEqual(store.digests.get("/a.h"), REMEMBERED);
    assert.equal(store.summary().rememberedFiles, 1);
  });

  test("notes are kept by name", ({ store }) => {
    assert.equal(store.note("tool"), undefined);
    store.setNote("tool", "one");
    store.setNote("tool", "two\nlines");
    assert.equal(store.note("tool"), "two\nlines");
  });
}
