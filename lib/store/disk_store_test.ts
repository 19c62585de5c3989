import assert from "node:assert/strict";
import { digestBytes, digestText } from "../core/mod.ts";
import { makeRig } from "./_rig.ts";
import { storeContract } from "./contract.ts";

storeContract("openStore()", async () => {
  const rig = await makeRig();
  const store = await rig.open();
  return {
    store,
    tmp: rig.tmp,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rig[Symbol.asyncDispose]();
    },
  };
});

Deno.test("openStore() hashes what it's offered, unless who offers it knows the digest", async () => {
  await using rig = await makeRig();
  await using store = await rig.open();
  const told = digestText("told");
  const [source, another] = [`${rig.tmp}/one`, `${rig.tmp}/other`];
  const bytes = new Uint8Array(9000).fill(1);
  for (const path of [source, another]) Deno.writeFileSync(path, bytes);
  const said = { exit: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), toolMs: 1 };
  await store.put(digestText("result"), said, [
    { role: "object", mode: 0o644, source, digest: told },
    { role: "dwo", mode: 0o644, source: another },
  ]);
  const files = store.ready(digestText("result"))?.result.files;
  assert.deepEqual(files?.map(({ blob, size }) => [blob, size]), [[told, 9000], [digestBytes(bytes), 9000]]);
});
