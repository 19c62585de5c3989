import assert from "node:assert/strict";
import { digestText } from "../lib/core/mod.ts";
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
    await until(() => late.ready());
    await use(late, folder);
  });
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const WORD = `0:${digestText("large")}:300000:1:2:3:4:5:254:0:1000`;

/** What became of a run, in a word. */
async function fateOf(late: LateCopies, ticket: number): Promise<string> {
  const outputs = await late.of(ticket);
  return outputs === undefined ? "lost" : [...outputs.keys()].join();
}

Deno.test("LateCopies tells of each run what the copier said, whoever comes first", async () => {
  const says = `echo ready && sleep 0.05 && printf '5 1 ${WORD}\\n6 0\\n7 ' && echo '1 ${WORD}' && cat`;
  await withCopier(says, async (late) => {
    const early = [fateOf(late, 7), fateOf(late, 5), fateOf(late, 6)];
    assert.deepEqual(await Promise.all(early), ["0", "0", "lost"]);
  });
  const first = `printf 'ready\\n5 1 ${WORD}\\n6 0\\n' && touch \${0%/*}/said && cat`;
  await withCopier(first, async (late, folder) => {
    await until(() => [...Deno.readDirSync(folder)].some(({ name }) => name === "said"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([await fateOf(late, 6), await fateOf(late, 5)], ["lost", "0"]);
  });
});

Deno.test("LateCopies gives up what a copier that ends has left, and takes no more", async () => {
  await withCopier("echo ready && sleep 0.05", async (late) => {
    assert.equal(await late.of(5), undefined);
    assert.equal(late.ready(), false);
  });
});

Deno.test("LateCopies gives up what is left when the daemon leaves", async () => {
  let left: Promise<string> | undefined;
  await withCopier("echo ready && cat", (late) => Promise.resolve(void (left = fateOf(late, 5))));
  assert.equal(await left, "lost");
});

Deno.test("LateCopies is never ready without a copier", async () => {
  for (const path of [undefined, "/none/zccache-observe"]) {
    await using late = new LateCopies(path, "/none");
    late.ready(); // it would be started now
    assert.equal(await late.of(5), undefined);
    assert.equal(late.ready(), false);
  }
});

/** A copier that leaves a sign of having been started. */
async function withSign(
  use: (path: string, folder: string, begun: () => boolean) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/copier`;
    Deno.writeTextFileSync(path, "#!/bin/sh\ntouch ${0%/*}/begun\necho ready && cat\n");
    Deno.chmodSync(path, 0o755);
    await use(path, folder, () => [...Deno.readDirSync(folder)].some(({ name }) => name === "begun"));
  });
}

Deno.test("LateCopies starts its copier when somebody asks for it, and not before", async () => {
  await withSign(async (path, folder, begun) => {
    await using late = new LateCopies(path, folder);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(begun(), false);
    assert.equal(late.ready(), false);
    await until(() => late.ready());
    assert.equal(begun(), true);
  });
});

Deno.test("LateCopies starts nothing once the daemon leaves", async () => {
  await withSign(async (path, folder, begun) => {
    const late = new LateCopies(path, folder);
    late.ready();
    await late[Symbol.asyncDispose]();
    late.ready();
    assert.equal(await late.of(5), undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(begun(), false);
  });
});
