import assert from "node:assert/strict";
import { RELEASE } from "../../lib/core/mod.ts";
import { encodeRequest, formatDoor, parseDoor, type Request } from "../../lib/protocol/mod.ts";
import { GOLDEN_REQUESTS } from "../../lib/protocol/golden.ts";
import { Rig, testWith, text, WRAPPERS } from "../rig.ts";
import { allGone, daemonPid, signal } from "../rig/daemon.ts";

const SOURCES = { "a.c": '#include "a.h"\nint f(void) { return A; }\n', "a.h": "#define A 1\n" };
const ARGV = ["gcc", "-Wall", "-MMD", "-c", "a.c"];

const loopback = (wrapper: typeof WRAPPERS[number]) =>
  Rig.open({ wrapper, env: { ZCCACHE_ENDPOINT: "loopback" } });

function doorOf(rig: Rig) {
  const door = parseDoor(Deno.readTextFileSync(`${rig.root}/daemon.port`));
  if (!door.ok) assert.fail(door.error);
  return door.value;
}

/** Everything that comes back for some bytes at a port. */
async function answerTo(port: number, pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const heard: number[] = [];
  try {
    for (const piece of pieces) await connection.write(piece);
    const buffer = new Uint8Array(65536);
    for (let count; (count = await connection.read(buffer)) !== null;) heard.push(...buffer.slice(0, count));
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) {
      throw error;
    }
  }
  return new Uint8Array(heard);
}

for (const wrapper of WRAPPERS) {
  testWith(
    ["gcc"],
    `by the loopback interface compiles are cached as by a socket (${wrapper.name})`,
    async () => {
      await using rig = await loopback(wrapper);
      rig.write(SOURCES);
      await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
      rig.write({ "a.h": "#define A 2\n" });
      await rig.settled();
      await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
      rig.write({ "a.c": "int broken(\n" });
      await rig.settled();
      await rig.expectSame(ARGV, { cold: "error", warm: "error" });
      assert.equal(Deno.statSync(`${rig.root}/daemon.port`).mode! & 0o777, 0o600);
      assert.throws(() => Deno.lstatSync(`${rig.root}/daemon.sock`), Deno.errors.NotFound);
      const status = await rig.wrapped(["status"]);
      assert.ok(text(status.stdout).includes(`(loopback:${rig.root}/daemon.port)`), text(status.stdout));
      assert.equal((await rig.wrapped(["stop"])).code, 0);
      assert.deepEqual(
        [...Deno.readDirSync(rig.root)].filter(({ name }) => name.startsWith("daemon.port")),
        [],
      );
    },
  );
}

testWith(["gcc"], "a daemon that was killed leaves a port file, which the next one replaces", async () => {
  await using rig = await loopback(WRAPPERS[0]!);
  rig.write(SOURCES);
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const dead = doorOf(rig);
  signal(daemonPid(rig.root)!, "SIGKILL");
  assert.ok(await allGone(rig.root, 5000));
  await rig.expectSame(ARGV, { cold: "hit or miss", warm: "hit" });
  const alive = doorOf(rig);
  assert.notEqual(alive.pid, dead.pid);
  assert.notEqual(alive.knock, dead.knock);
});

testWith(
  ["gcc"],
  "whoever got a dead daemon's port gets the token of a dead daemon and no more",
  async () => {
    await using rig = await loopback(WRAPPERS[0]!);
    rig.write(SOURCES);
    await rig.wrapped(ARGV);
    const dead = doorOf(rig);
    signal(daemonPid(rig.root)!, "SIGKILL");
    assert.ok(await allGone(rig.root, 5000));
    using stranger = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    // the system doesn't give the very same port again so soon
    Deno.writeTextFileSync(`${rig.root}/daemon.port`, formatDoor({ ...dead, port: stranger.addr.port }));
    const heard = (async () => {
      const connection = await stranger.accept();
      const buffer = new Uint8Array(65536);
      const count = await connection.read(buffer) ?? 0;
      await connection.write(new Uint8Array(32).fill(0x78));
      const more = await connection.read(buffer.subarray(count)).catch(() => null) ?? 0;
      connection.close();
      return text(buffer.slice(0, count + more));
    })();
    await rig.expectSame(ARGV, { cold: "hit or miss", warm: "hit" });
    assert.equal(await heard, dead.knock);
  },
);

testWith(["gcc"], "without the token nobody is listened to", async () => {
  await using rig = await loopback(WRAPPERS[0]!);
  rig.write(SOURCES);
  await rig.expectSame(ARGV, { cold: "miss", warm: "hit" });
  const { port, knock, welcome } = doorOf(rig);
  const utf8 = new TextEncoder();
  const shutdown = encodeRequest({ kind: "shutdown" });
  const refused: readonly (readonly Uint8Array[])[] = [
    [shutdown, new Uint8Array(64)],
    [utf8.encode("0".repeat(32)), shutdown],
    [utf8.encode(welcome), shutdown],
    [utf8.encode(knock.slice(0, 31) + " "), shutdown],
    [new Uint8Array(8 * 1024 * 1024).fill(0xff)],
  ];
  for (const pieces of refused) assert.deepEqual(await answerTo(port, pieces), new Uint8Array());
  const newer = { ...GOLDEN_REQUESTS["compile"], release: RELEASE + 1 } as Request;
  await answerTo(port, [encodeRequest(newer), new Uint8Array(64)]); // a newer one would make it leave
  await rig.expectSame(ARGV, { cold: "hit", warm: "hit" });
});

testWith(["gcc"], "a port file that is none, or another's, leaves the tool to run", async () => {
  await using rig = await loopback(WRAPPERS[0]!);
  rig.write(SOURCES);
  Deno.mkdirSync(rig.root, { recursive: true });
  Deno.writeTextFileSync(`${rig.root}/daemon.port`, "not for zccache\n");
  await rig.expectSame(ARGV, { cold: "unserved", warm: "unserved" });
  assert.equal(Deno.readTextFileSync(`${rig.root}/daemon.port`), "not for zccache\n");
});
