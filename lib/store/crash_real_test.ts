import assert from "node:assert/strict";
import { testWith } from "../../testing/needs.ts";
import { digestText } from "../core/mod.ts";
import { makeRig, type Rig } from "./_rig.ts";
import { bytesOf, contentOf } from "./contract.ts";
import type { Store } from "./store.ts";

/** Objects are of seven sizes, so that some are hashed at once and some in pieces. */
const STEP = 60_000;

Deno.test("what a killed process filed is whole or absent", async () => {
  await using rig = await makeRig();
  let next = 0;
  for (const filed of [3, 45, 71]) {
    next = await killWriter(rig, next, filed);
    await using store = await rig.open();
    const ready = checkAll(store, { count: next + 10, step: STEP });
    assert.ok(ready >= next - 30, `${ready} of ${next} are there`);
    while (await store.sweep());
    assert.equal(checkAll(store, { count: next + 10, step: STEP }), ready);
    assert.equal(countBlobs(rig), store.summary().blobs);
    assert.equal(store.summary().damagedBlobs, 0);
  }
  assert.deepEqual(rig.lines, []);
});

/** Lets a child put results, and kills it after so many. Returns the number after the last one it reported. */
async function killWriter(rig: Rig, from: number, count: number): Promise<number> {
  const script = new URL("./_crash_writer.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, rig.root, String(from), String(STEP)],
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.split("\n").length > count) break;
  }
  child.kill("SIGKILL");
  await child.status;
  assert.ok(!/false|#/.test(text), text);
  return parseInt(text.trim().split("\n").at(-1) ?? "") + 1;
}

/** Checks all results up to a number, and every entry; returns how many results are there. */
function checkAll(store: Store, { count, step }: { count: number; step: number }): number {
  let there = 0;
  for (let at = 0; at < count; at++) {
    const ready = store.ready(digestText(`result ${at}`));
    if (ready === undefined) continue;
    there++;
    assert.deepEqual(ready.result.stderr, bytesOf(`stderr ${at}`, 30));
    const [object, depfile] = ready.files.map(contentOf);
    assert.deepEqual(object, bytesOf(`object ${at}`, 5000 + at % 7 * step));
    assert.deepEqual(depfile, bytesOf(`depfile ${at}`, 200));
  }
  for (let context = 0; context < 50; context++) {
    for (const { found, result } of store.entries(digestText(`context ${context}`))) {
      assert.equal(result, digestText(`result ${[...found][0]?.[1]}`));
    }
  }
  return there;
}

function countBlobs(rig: Rig): number {
  const shards = `${rig.root}/artifacts/v1`;
  return [...Deno.readDirSync(shards)].reduce(
    (sum, { name }) => sum + [...Deno.readDirSync(`${shards}/${name}`)].length,
    0,
  );
}

testWith(
  ["sh"],
  "a full disk costs entries, never the process",
  async () => {
    await using rig = await makeRig();
    const script = new URL("./_crash_writer.ts", import.meta.url).pathname;
    // A limit on the size of files stands in for the full disk: writes beyond it fail, the signal is ignored.
    const shell = `trap '' XFSZ; ulimit -f 400; exec "$0" run -A "${script}" "${rig.root}"`;
    const child = new Deno.Command("sh", { args: ["-c", shell, Deno.execPath()], stdout: "piped" }).spawn();
    let text = "";
    for await (const chunk of child.stdout) {
      text += new TextDecoder().decode(chunk);
      if (text.split("\n").length > 400) break;
    }
    child.kill("SIGKILL");
    await child.status;
    assert.ok(text.split("\n").length > 400, `the writer ended: ${text}`);
    assert.equal(text.split("\n").filter((line) => line.startsWith("#")).length, 1, "one line of log");
    await using store = await rig.open();
    const there = checkAll(store, { count: 1000, step: 0 });
    assert.ok(there > 30 && there < 300, `${there} results are there`);
    assert.deepEqual(rig.lines, []);
  },
);
