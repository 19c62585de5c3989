import assert from "node:assert/strict";
import { openIndex } from "./index.ts";

Deno.test("internSet() knows a set that it gave out, until its rows may be others", async () => {
  const folder = await Deno.makeTempDir({ prefix: "zccache-test-" });
  try {
    using index = openIndex(`${folder}/index.db`);
    const { interner } = index;
    const pairs = [["/a.h", "absent"], ["b.h", "folder"]] as const;
    const first = interner.internSet(pairs);
    assert.equal(interner.internSet(first), first);
    assert.equal(interner.internSet(pairs), first);
    index.begin();
    const other = interner.internSet([["/c.h", "absent"]]);
    assert.notEqual(other.id, first.id);
    index.rollback();
    const again = interner.internSet(other);
    assert.notEqual(again, other);
    assert.deepEqual([...again], [...other]);
    assert.deepEqual([...interner.readSet(again.id)], [...other]);
    assert.deepEqual([...interner.readSet(interner.internSet(first).id)], [...first]);
    assert.equal(again.crc, other.crc);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
