import assert from "node:assert/strict";
import { REASONS } from "./reasons.ts";

/** Every row of every file in `reasons/`, read from there, so that a file which is not joined is missed. */
async function rowsOfFiles(): Promise<[string, { code: number; text: string; remedy: string }][]> {
  const rows: [string, { code: number; text: string; remedy: string }][] = [];
  for await (const { name } of Deno.readDir(new URL("reasons/", import.meta.url))) {
    if (name === "rows.ts") continue;
    const file: Record<string, typeof REASONS> = await import(`./reasons/${name}`);
    for (const table of Object.values(file)) rows.push(...Object.entries(table));
  }
  return rows;
}

Deno.test("REASONS joins every file's rows, and no name hides another", async () => {
  const names = (await rowsOfFiles()).map(([name]) => name).sort();
  assert.deepEqual(names, Object.keys(REASONS).sort());
});

Deno.test("REASONS gives each reason a code of its own, a sentence and a remedy", () => {
  const owners = new Map<number, string>();
  for (const [name, { code, text, remedy }] of Object.entries(REASONS)) {
    assert.equal(owners.get(code), undefined, `${code} belongs to ${owners.get(code)} and to ${name}`);
    owners.set(code, name);
    assert.ok(Number.isInteger(code) && code > 0, name);
    assert.match(text, /^\S.*[^.\s]$/, name);
    assert.match(remedy, /^\S.*[^.\s]$/, name);
  }
});
