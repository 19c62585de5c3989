import assert from "node:assert/strict";
import { connectTo } from "../cli/mod.ts";
import { encodeRequest, formatDoor, parseDoor } from "../lib/protocol/mod.ts";
import { openEndpoint } from "./endpoint.ts";
import { Gate } from "./gate.ts";
import { withFolder } from "../testing/folder.ts";

const utf8 = new TextEncoder();

/** A gate at a port of its own, and what it says of the next one who comes. */
class GateStand implements Disposable {
  readonly #socket = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
  readonly gate: Gate;

  constructor(patienceMs?: number) {
    this.gate = new Gate({ knock: "k".repeat(32), welcome: "w".repeat(32) }, patienceMs);
  }

  async meet(client: (connection: Deno.Conn) => Promise<unknown>): Promise<boolean> {
    const accepted = this.#socket.accept();
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: this.#socket.addr.port });
    const inside = await accepted;
    const [admitted] = await Promise.all([this.gate.admits(inside), client(connection)]);
    try {
      inside.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // the gate closes who is late
    }
    return admitted;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

Deno.test("openEndpoint() writes a port file for the owner alone, by a rename, and takes it away", () =>
  withFolder((root) => {
    const portFile = `${root}/daemon.port`;
    Deno.writeTextFileSync(
      portFile,
      formatDoor({ port: 1, knock: "a".repeat(32), welcome: "b".repeat(32), pid: 1 }),
    );
    Deno.chmodSync(portFile, 0o644);
    const { ino } = Deno.statSync(portFile);
    const endpoint = openEndpoint({ root, endpoint: `loopback:${portFile}` });
    const written = Deno.statSync(portFile);
    assert.equal(written.mode! & 0o777, 0o600);
    assert.notEqual(written.ino, ino);
    assert.deepEqual([...Deno.readDirSync(root)].map((entry) => entry.name), ["daemon.port"]);
    const door = parseDoor(Deno.readTextFileSync(portFile));
    assert.ok(door.ok && door.value.pid === Deno.pid);
    assert.match(door.value.knock + door.value.welcome, /^[0-9a-f]{64}$/);
    assert.notEqual(door.value.knock, door.value.welcome);
    const { addr } = endpoint.socket;
    assert.ok(addr.transport === "tcp" && addr.hostname === "127.0.0.1" && addr.port === door.value.port);
    endpoint.close();
    assert.deepEqual([...Deno.readDirSync(root)], []);
  }));

Deno.test("openEndpoint() leaves alone what is no port file, and one that is another daemon's by now", () =>
  withFolder((root) => {
    const portFile = `${root}/p`;
    const at = { root, endpoint: `loopback:${portFile}` };
    Deno.writeTextFileSync(portFile, "precious");
    assert.throws(() => openEndpoint(at), /something else is there/);
    assert.equal(Deno.readTextFileSync(portFile), "precious");
    Deno.writeTextFileSync(portFile, "");
    const endpoint = openEndpoint(at);
    const others = formatDoor({ port: 2, knock: "a".repeat(32), welcome: "b".repeat(32), pid: 2 });
    Deno.writeTextFileSync(portFile, others);
    endpoint.close();
    assert.equal(Deno.readTextFileSync(portFile), others);
  }));

Deno.test("two daemons never have the same token", () =>
  withFolder((root) => {
    const doors = ["a", "b"].map((name) => {
      using _endpoint = openEndpoint({ root, endpoint: `loopback:${root}/${name}` });
      return Deno.readTextFileSync(`${root}/${name}`);
    });
    assert.notEqual(doors[0]!.split(" ")[1], doors[1]!.split(" ")[1]);
  }));

Deno.test("Gate lets in who shows the token, in however many pieces, and answers with its own half", async () => {
  using stand = new GateStand();
  const answer = new Uint8Array(32);
  const frame = encodeRequest({ kind: "ping" });
  const admitted = await stand.meet(async (connection) => {
    for (const byte of utf8.encode("k".repeat(32))) await connection.write(new Uint8Array([byte]));
    await connection.write(frame);
    for (let got = 0; got < 32;) got += await connection.read(answer.subarray(got)) ?? 32;
  });
  assert.equal(admitted, true);
  assert.equal(new TextDecoder().decode(answer), "w".repeat(32));
});

for (
  const [what, bytes] of [
    ["a wrong token", utf8.encode("k".repeat(31) + "x")],
    ["the daemon's half", utf8.encode("w".repeat(32))],
    ["half a token and an end", utf8.encode("k".repeat(16))],
    ["nothing", new Uint8Array()],
    ["a request without a token", encodeRequest({ kind: "shutdown" })],
    ["a megabyte", new Uint8Array(1024 * 1024).fill(0x78)],
  ] as const
) {
  Deno.test(`Gate refuses ${what}, and says nothing`, async () => {
    using stand = new GateStand();
    const admitted = await stand.meet(async (connection) => {
      const first = bytes.subarray(0, 100);
      if (first.length > 0) await connection.write(first);
      if (first.length < 32) await connection.closeWrite();
      if (bytes.length > 100) await connection.write(bytes.subarray(100)).catch(() => 0);
    });
    assert.equal(admitted, false);
  });
}

Deno.test("Gate closes on who shows no token in time", async () => {
  using stand = new GateStand(50);
  const admitted = await stand.meet(async (connection) => {
    await connection.write(utf8.encode("k".repeat(31)));
    assert.equal(await connection.read(new Uint8Array(1)), null);
  });
  assert.equal(admitted, false);
});

Deno.test("connectTo() gets in where the daemon knows the token, and nowhere else", () =>
  withFolder(async (root) => {
    const portFile = `${root}/p`;
    using endpoint = openEndpoint({ root, endpoint: `loopback:${portFile}` });
    const served = (async () => {
      for await (const connection of endpoint.socket) {
        await endpoint.gate!.admits(connection);
        connection.close();
      }
    })();
    const at = `loopback:${portFile}`;
    const connected = await connectTo(at, 1000);
    if (!connected.ok) assert.fail(connected.error.kind);
    connected.value.close();
    const door = parseDoor(Deno.readTextFileSync(portFile));
    if (!door.ok) assert.fail(door.error);
    const kindOf = async (text: string) => {
      Deno.writeTextFileSync(portFile, text);
      const outcome = await connectTo(at, 1000);
      return outcome.ok ? "connected" : outcome.error.kind;
    };
    assert.equal(await kindOf(formatDoor({ ...door.value, knock: "x".repeat(32) })), "absent");
    assert.equal(await kindOf(formatDoor({ ...door.value, welcome: "x".repeat(32) })), "absent");
    assert.equal(await kindOf("rubbish"), "broken");
    assert.equal(await kindOf(""), "absent");
    Deno.removeSync(portFile);
    assert.deepEqual(await connectTo(at, 1000), { ok: false, error: { kind: "absent" } });
    endpoint.close();
    await served;
    assert.equal(await kindOf(formatDoor(door.value)), "absent");
  }));

Deno.test("connectTo() tells a daemon that is busy from a stranger at a dead daemon's port", () =>
  withFolder(async (root) => {
    using stranger = Deno.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
    const door = { port: stranger.addr.port, knock: "a".repeat(32), welcome: "b".repeat(32) };
    for (const [pid, kind] of [[Deno.pid, "silent"], [2 ** 31 - 1, "absent"]] as const) {
      Deno.writeTextFileSync(`${root}/p`, formatDoor({ ...door, pid }));
      const outcome = await connectTo(`loopback:${root}/p`, 50);
      assert.ok(!outcome.ok);
      assert.equal(outcome.error.kind, kind);
      const connection = await stranger.accept();
      const heard = new Uint8Array(100);
      assert.equal(await connection.read(heard), 32, "no more than the token goes to a stranger");
      connection.close();
    }
  }));
