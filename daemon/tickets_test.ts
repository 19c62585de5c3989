import assert from "node:assert/strict";
import { Tickets } from "./tickets.ts";

Deno.test("Tickets.discard() takes a folder's name away: who writes late finds nothing, and the next ticket is empty", async () => {
  const root = await Deno.makeTempDir();
  const tickets = new Tickets(root);
  const first = tickets.prepare();
  Deno.writeTextFileSync(`${first.folder}/dep`, "a.o: a.c\n");
  await tickets.discard(first.folder);
  assert.throws(() => Deno.writeTextFileSync(`${first.folder}/dep`, "late"), Deno.errors.NotFound);
  const second = tickets.prepare();
  assert.deepEqual([...Deno.readDirSync(second.folder)], []);
  Deno.mkdirSync(`${second.folder}/u0`);
  await tickets.discard(second.folder);
  assert.deepEqual([...Deno.readDirSync(root)], []);
  await Deno.remove(root, { recursive: true });
});
