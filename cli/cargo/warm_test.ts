import assert from "node:assert/strict";
import { planWarm, putBack, readArtifacts, type StoredOutput, type WarmRequest } from "./warm.ts";

const SOURCE = "/home/u/.cargo/registry/src/host-0123/serde-1.0.1/src/lib.rs";
const DEPS = "/w/target/debug/deps";

function output(path: string, parts: Partial<StoredOutput> = {}): StoredOutput {
  const content = { storedIn: `/root/artifacts/${path.length}` };
  return { crate: "serde", source: SOURCE, path, sizeBytes: 3, content, ...parts };
}

function plan(outputs: readonly StoredOutput[], request: Partial<WarmRequest> = {}) {
  const { files, skipped } = planWarm(outputs, {
    targetDir: "/w/target",
    profile: "debug",
    packages: [{ name: "serde", version: "1.0.1", from: "registry" }],
    isThere: () => false,
    ...request,
  });
  return [files.map(({ path }) => path), skipped];
}

Deno.test("planWarm() takes libraries of the profile, for the host and for a target", () => {
  const wanted = [`${DEPS}/a.d`, `${DEPS}/liba.rlib`, "/w/target/wasm32/debug/deps/liba.rmeta"];
  const others = [
    `${DEPS}/liba.so`,
    `${DEPS}/a`,
    "/w/target/release/deps/liba.rlib",
    "/w/target/debug/build/a/liba.rlib",
    "/w/target/package/a/b/debug/deps/liba.rlib",
    "/x/target/debug/deps/liba.rlib",
    "\u{2}root/target/debug/deps/liba.rlib",
  ];
  assert.deepEqual(plan([...others, ...wanted].map((path) => output(path))), [wanted.toSorted(), {}]);
});

Deno.test("planWarm() leaves out what may be another thing than cargo looks for", () => {
  const [a, b] = [`${DEPS}/liba.rlib`, `${DEPS}/libb.rlib`];
  assert.deepEqual(plan([output(a, { source: "/w/src/lib.rs" })]), [[], { "not in the lock file": 1 }]);
  assert.deepEqual(plan([output(a)], { isThere: (path) => path === a }), [[], { "there already": 1 }]);
  const bytes = (byte: number) => ({ content: { bytes: new Uint8Array([byte]) } });
  const several = [output(a, bytes(1)), output(b, bytes(1)), output(a, bytes(2)), output(a, bytes(1))];
  assert.deepEqual(plan(several), [[b], { "made in several ways": 1 }]);
  assert.deepEqual(plan([output(a, bytes(1)), output(a, bytes(1))]), [[a], {}]);
  assert.deepEqual(plan([output(a), output(a, bytes(1))]), [[], { "made in several ways": 1 }]);
});

Deno.test("planWarm() without a lock file takes what comes from a registry or repository", () => {
  const own = output(`${DEPS}/own.d`, { source: "/w/src/lib.rs" });
  const checkout = { source: "/c/git/checkouts/a-1/77/src/lib.rs" };
  const outputs = [output(`${DEPS}/liba.rlib`), output(`${DEPS}/libg.rlib`, checkout), own];
  assert.deepEqual(plan(outputs, { packages: undefined })[0], [`${DEPS}/liba.rlib`, `${DEPS}/libg.rlib`]);
});

Deno.test("readArtifacts() reads the list, and nothing that is none", () => {
  const outputs = [
    { path: "/a.rlib", size_bytes: 9000, stored_in: "/root/artifacts/00" },
    { path: "/a.d", size_bytes: 2, base64: "AQI=" },
    { path: "/b.d", size_bytes: 2 },
  ];
  const read = readArtifacts(JSON.stringify({ artifacts: [{ crate: "a", source: "/a.rs", outputs }, 7] }));
  assert.deepEqual(read?.map(({ path, content }) => [path, content]), [
    ["/a.rlib", { storedIn: "/root/artifacts/00" }],
    ["/a.d", { bytes: new Uint8Array([1, 2]) }],
  ]);
  assert.equal(readArtifacts("{}"), undefined);
});

Deno.test("putBack() leaves a whole file or none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "zccache-warm-" });
  try {
    const stamp = new Date(1_700_000_000_000);
    const path = `${folder}/liba.rlib`;
    Deno.writeTextFileSync(`${folder}/stored`, "abc", { mode: 0o444 });
    await putBack(output(path, { content: { storedIn: `${folder}/stored` } }), stamp);
    const { mtime, mode } = Deno.statSync(path);
    assert.deepEqual([mtime, (mode ?? 0) & 0o777], [stamp, 0o666 & ~Deno.umask()]);
    Deno.writeTextFileSync(`${folder}/short`, "a");
    const short = output(`${folder}/other`, { content: { storedIn: `${folder}/short` } });
    await assert.rejects(putBack(short, stamp), /has 1 bytes instead of 3/);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["liba.rlib", "short", "stored"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
