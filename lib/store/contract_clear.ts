import assert from "node:assert/strict";
import { digestText } from "../core/mod.ts";
import { bytesOf, contentOf, entryOf, firstFile, offer, REMEMBERED, SILENT, type Test } from "./contract.ts";

/** What every store promises of `clear()`. */
export function clearContract(test: Test): void {
  test("clear() drops everything, and the store goes on", async ({ store, tmp }) => {
    const ids = [100, 20_000].map((size) => digestText(`result of ${size} bytes`));
    const context = digestText("a context");
    const fill = async () => {
      for (const [at, size] of [100, 20_000].entries()) {
        const source = offer(tmp, "object", size);
        const files = [{ role: "object", mode: 0o644, source }];
        assert.equal(await store.put(ids[at] ?? context, SILENT, files), true);
      }
      store.addEntry(context, entryOf({ found: [["a.h", digestText("a.h")]], result: context }));
      store.setNote("tool", "one");
      store.digests.put("/a.h", REMEMBERED);
      store.noteCall("/a.c", { base: context, context, toolchain: context, own: [], facts: [], atMs: 1 });
      assert.deepEqual(ids.map((id) => firstFile(store, id).length), [100, 20_000]);
      assert.equal(store.entries(context).length, 1);
    };
    await fill();
    const cleared = await store.clear();
    assert.deepEqual([cleared.results, cleared.entries, cleared.bytes], [2, 1, 20_100]);
    assert.deepEqual(ids.map((id) => store.ready(id)), [undefined, undefined]);
    assert.deepEqual(store.entries(context), []);
    assert.deepEqual(store.calls("/a.c"), []);
    assert.deepEqual([store.note("tool"), store.digests.get("/a.h")], [undefined, undefined]);
    const { results, contexts, blobBytes, inlineBytes, rememberedFiles } = store.summary();
    assert.deepEqual([results, contexts, blobBytes, inlineBytes, rememberedFiles], [0, 0, 0, 0, 0]);
    await fill();
  });

  test("clear() under way with puts leaves each whole or absent", async ({ store, tmp }) => {
    const ids = Array.from({ length: 12 }, (_, at) => digestText(`result ${at}`));
    const puts = ids.map((id, at) =>
      store.put(id, SILENT, [
        { role: "object", mode: 0o644, source: offer(tmp, `object ${at}`, 10_000 + at * 60_000) },
        { role: "depfile", mode: 0o644, source: offer(tmp, `depfile ${at}`, 10) },
      ])
    );
    await Promise.all([...puts, store.clear(), puts[5], store.clear()]);
    for (const [at, id] of ids.entries()) {
      const ready = store.ready(id);
      if (ready === undefined) continue;
      const [object, depfile] = ready.files.map(contentOf);
      assert.deepEqual(object, bytesOf(`object ${at}`, 10_000 + at * 60_000));
      assert.deepEqual(depfile, bytesOf(`depfile ${at}`, 10));
    }
    assert.deepEqual([...Deno.readDirSync(tmp)], []);
  });
}
