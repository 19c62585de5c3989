import assert from "node:assert/strict";
import { testUnless } from "../testing/needs.ts";
import { buildLauncher, MAX_LAUNCHER_BYTES, TARGETS } from "./build.ts";
import { hasLld } from "./link.ts";
import { findZig } from "./zig.ts";

/** What the head of a target's executable says: the format's magic number, where its machine is written, and which. */
const HEADS: Readonly<
  Record<string, { magic: number; machineAt: (head: DataView) => number; machine: number }>
> = {
  "x86_64-unknown-linux-musl": { magic: 0x457f, machineAt: () => 18, machine: 62 },
  "aarch64-unknown-linux-musl": { magic: 0x457f, machineAt: () => 18, machine: 183 },
  "x86_64-apple-darwin": { magic: 0xfacf, machineAt: () => 4, machine: 7 },
  "aarch64-apple-darwin": { magic: 0xfacf, machineAt: () => 4, machine: 12 },
  "x86_64-pc-windows-msvc": {
    magic: 0x5a4d,
    machineAt: (head) => head.getUint32(0x3c, true) + 4,
    machine: 0x8664,
  },
  "aarch64-pc-windows-msvc": {
    magic: 0x5a4d,
    machineAt: (head) => head.getUint32(0x3c, true) + 4,
    machine: 0xaa64,
  },
};

/** All of the system that the Windows half may ask for. */
const DLLS = /^(kernel32|ws2_32|api-ms-win-crt-(heap|private|runtime|string|utility)-l1-1-0)\.dll$/i;

const zig = await findZig();

const lld = await hasLld();

for (const target of Object.keys(TARGETS)) {
  const missing = zig === undefined ? ["zig"] : target === "aarch64-apple-darwin" && !lld ? ["lld"] : [];
  testUnless(missing, `the launcher is built for ${target} and keeps to its size`, async () => {
    const path = await buildLauncher({
      target,
      out: `${import.meta.dirname}/../build/launcher-test/${target}`,
    });
    const bytes = await Deno.readFile(path);
    assert.ok(bytes.length <= MAX_LAUNCHER_BYTES, `${bytes.length}`);
    const { magic, machineAt, machine } = HEADS[target]!;
    const head = new DataView(bytes.buffer);
    assert.equal(head.getUint16(0, true), magic);
    assert.equal(head.getUint16(machineAt(head), true), machine);
    const text = new TextDecoder("latin1").decode(bytes);
    if (target.includes("linux")) assert.ok(!text.includes("/ld-musl"), "it needs a loader");
    if (target.includes("windows")) {
      const dlls = text.match(/[\w-]+\.dll(?=\0)/gi) ?? [];
      assert.ok(dlls.length > 0);
      assert.deepEqual(dlls.filter((dll) => !DLLS.test(dll)), []);
    }
  });
}

const here = [...zig === undefined ? ["zig"] : [], ...Deno.build.os === "linux" ? [] : ["linux"]];

testUnless(here, "the launcher that zig built for this machine runs a tool", async () => {
  const target = `${Deno.build.arch}-unknown-linux-musl`;
  const path = await buildLauncher({
    target,
    out: `${import.meta.dirname}/../build/launcher-test/${target}`,
  });
  const { code, stdout } = await new Deno.Command(path, {
    args: ["sh", "-c", "echo ran; exit 3"],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ZCCACHE_DISABLE: "1" },
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "ran\n");
  assert.equal(code, 3);
});
