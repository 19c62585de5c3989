import assert from "node:assert/strict";
import { MountTable } from "./mount_table.ts";

const ROOT = "1 0 8:1 / / rw - ext4 /dev/sda1 rw";
const mount = (id: number, point: string) => `${id} 1 0:${id} / ${point} rw,relatime - tmpfs tmpfs rw`;

/** What `changes` gives for each of these tables in turn, after the first. */
function changesOf(...tables: (readonly string[])[]): (string[] | undefined)[] {
  const texts = tables.map((lines) => `${lines.join("\n")}\n`);
  const table = new MountTable(() => texts.shift() ?? "");
  return texts.slice().map(() => table.changes());
}

Deno.test("MountTable.changes() names the places of mounts that came, went or were replaced", () => {
  const [a, b] = [mount(30, "/a"), mount(31, "/b\\040c")];
  assert.deepEqual(changesOf([ROOT], [ROOT, a], [ROOT, a, b], [ROOT, b], [ROOT, mount(32, "/b\\040c")]), [
    ["/a"],
    ["/b c"],
    ["/a"],
    ["/b c"],
  ]);
});

Deno.test("MountTable.changes() can't tell what came and went, nor what isn't in this process's folders", () => {
  assert.deepEqual(changesOf([ROOT], [ROOT], [ROOT, mount(30, "/a//deleted")], [mount(1, "/")]), [
    undefined,
    undefined,
    undefined,
  ]);
});
