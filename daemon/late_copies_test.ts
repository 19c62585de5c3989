import assert from "node:assert/strict";
import { withFolder } from "../testing/folder.ts";
import { LateCopies } from "./late_copies.ts";

/** Has a script in the copier's place, and waits until it is ready. */
async function withCopier(
  script: string,
  use: (late: LateCopies, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/copier`;
    Deno.writeTextFileSync(path, `#!/bin/sh\n[ "$*" = "copies ${folder}/.copier" ] && ${script}\n`);
    Deno.chmodSync(path, 0o755);
    await using late = new LateCopies(path, folder);
    await until(() => late.isReady);
    await use(late, folder);
  });
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 2));
}

Deno.test("LateCopies tells of each run what the copier said, whoever comes first", async () => {
  await withCopier("echo ready && sleep 0.05 && printf '5 1\\n6 0\\n7 ' && echo 1 && cat", async (late) => {
    const early = [late.of(7), late.of(5), late.of(6)];
    assert.deepEqual(await Promise.all(early), [true, true, false]);
  });
  await withCopier("printf 'ready\\n5 1\\n6 0\\n' && touch ${0%/*}/said && cat", async (late, folder) => {
    await until(() => [...Deno.readDirSync(folder)].some(({ name }) => name === "said"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([await late.of(6), await late.of(5)], [false, true]);
  });
});

Deno.test("LateCopies gives up what a copier that ends has left, and takes no more", async () => {
  await withCopier("echo ready && sleep 0.05", async (late) => {
    assert.equal(await late.of(5), false);
    assert.equal(late.isReady, false);
  });
});

Deno.test("LateCopies gives up what is left when the daemon leaves", async () => {
  let left: Promise<boolean> | undefined;
  await withCopier("echo ready && cat", (late) => Promise.resolve(void (left = late.of(5))));
  assert.equal(await left, false);
});

Deno.test("LateCopies is never ready without a copier", async () => {
  for (const path of [undefined, "/none/zccache-observe"]) {
    await using late = new LateCopies(path, "/none");
    assert.equal(late.isReady, false);
    assert.equal(await late.of(5), false);
  }
});
