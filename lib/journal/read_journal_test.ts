import assert from "node:assert/strict";
import { readNewestFirst, readOldestFirst } from "./mod.ts";
import { withFolder } from "../../testing/folder.ts";

async function all(batches: AsyncIterable<string[]>): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of batches) lines.push(...batch);
  return lines;
}

function inFolder(use: (path: string) => Promise<void>): Promise<void> {
  return withFolder((folder) => use(`${folder}/j.jsonl`));
}

Deno.test("readNewestFirst() and readOldestFirst() give every line once, across pieces and the rotated file", () =>
  inFolder(async (path) => {
    // lines of many lengths, among them some longer than a piece, with letters of several bytes at the cuts
    const lines = Array.from(
      { length: 900 },
      (_, i) => `${i} ${"ü€".repeat(i % 97 === 3 ? 150_000 : (i * 37) % 900)}`,
    );
    await Deno.writeTextFile(`${path}.1`, lines.slice(0, 400).join("\n") + "\n");
    await Deno.writeTextFile(path, lines.slice(400).join("\n") + "\n");
    assert.deepEqual(await all(readOldestFirst(path)), lines);
    assert.deepEqual(await all(readNewestFirst(path)), lines.toReversed());
  }));

Deno.test("readNewestFirst() finds nothing where there is no journal, and a last line without its end", () =>
  inFolder(async (path) => {
    assert.deepEqual(await all(readNewestFirst(path)), []);
    await Deno.writeTextFile(path, "one\n\ntwo");
    assert.deepEqual(await all(readNewestFirst(path)), ["two", "one"]);
    assert.deepEqual(await all(readOldestFirst(path)), ["one", "two"]);
  }));
