import assert from "node:assert/strict";
import { Staging } from "./staging.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("Staging removes what a process that ended has left, and nothing else", async () => {
  const parent = await Deno.makeTempDir({ prefix: "zccache-staging-" });
  try {
    const left = `${parent}/.zccache-restore-left`;
    await Deno.mkdir(`${left}/content/deep`, { recursive: true });
    await Deno.writeTextFile(`${left}/lock`, "");
    const young = `${parent}/.zccache-restore-young`;
    const old = `${parent}/.zccache-restore-old`;
    for (const folder of [young, old]) await Deno.mkdir(folder);
    await Deno.utime(old, 1, 1);
    await Deno.mkdir(`${parent}/.zccache`);
    {
      await using first = await Staging.open(parent);
      await using second = await Staging.open(parent);
      assert.notEqual(first.content, second.content);
      await Deno.writeTextFile(`${first.content}/a`, "");
      assert.deepEqual([names(first.content), names(second.content)], [["a"], []]);
      assert.equal(names(parent).length, 4, "two at work, the young one, and what isn't ours");
    }
    assert.deepEqual(names(parent), [".zccache", ".zccache-restore-young"]);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});
