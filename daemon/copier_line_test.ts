import assert from "node:assert/strict";
import { digestText } from "../lib/core/mod.ts";
import { identityOf } from "../lib/files/mod.ts";
import { readCopierLine } from "./copier_line.ts";

const [A, B] = [digestText("a"), digestText("b")];

Deno.test("readCopierLine() takes every file of a run", () => {
  const said = readCopierLine(
    `1790000000000001 1 0:${A}:300000:1790000000:5:1790000001:7:12:254:3:1790000002123 12:${B}:1:2:3:4:5:6:7:8:9`,
  );
  assert.equal(said?.ticket, 1790000000000001);
  const identity = identityOf({
    size: 300_000n,
    mtimeNs: 1_790_000_000_000_000_005n,
    ctimeNs: 1_790_000_001_000_000_007n,
    inode: 12n,
    device: [254, 3],
  });
  assert.deepEqual(said.outputs?.get(0), { digest: A, seen: { identity, atMs: 1790000002123 } });
  assert.deepEqual([...said.outputs.keys()], [0, 12]);
});

Deno.test("readCopierLine() takes what isn't whole for copies that aren't made, or for nothing", () => {
  const file = `0:${A}:1:2:3:4:5:6:7:8:9`;
  for (
    const line of ["7 0", "7 1", `7 1 ${file} 1`, `7 1 ${file}:1`, `7 1 0:${A.slice(1)}:1:2:3:4:5:6:7:8:9`]
  ) {
    assert.deepEqual(readCopierLine(line), { ticket: 7, outputs: undefined }, line);
  }
  for (const line of ["", "ready", "7", "7 2", `7 1${file}`, "12345678901234567 1"]) {
    assert.equal(readCopierLine(line), undefined, line);
  }
});
