import assert from "node:assert/strict";
import { REASONS } from "../lib/core/mod.ts";
import {
  decodeReply,
  encodeRequest,
  LENGTH_BYTES,
  PROTOCOL,
  type Reply,
  type Request,
} from "../lib/protocol/mod.ts";
import { GOLDEN_REPLIES, GOLDEN_REQUESTS } from "../lib/protocol/golden.ts";
import { type Answered, Listener, type Service } from "./listener.ts";
import { Log } from "./log.ts";

/** A service that notes what it is asked. */
class Notes implements Service {
  readonly heard: string[] = [];
  quickReply: Reply | undefined;
  afterwards: (() => void) | undefined;
  answered: Answered | undefined;
  fault = false;

  quick(): Answered | undefined {
    this.heard.push("quick");
    return this.quickReply && { reply: this.quickReply, afterwards: this.afterwards };
  }
  answer(request: Request): Promise<Answered | undefined> {
    this.heard.push(request.kind);
    if (this.fault) throw new TypeError("a bug");
    return Promise.resolve(request.kind === "report" ? undefined : this.answered);
  }
  abandon(ticket: number): Promise<void> {
    this.heard.push(`abandon ${ticket}`);
    return Promise.resolve();
  }
  outdated(): void {
    this.heard.push("outdated");
  }
}

async function withListener(
  use: (service: Notes, path: string) => Promise<void>,
  patienceMs = 10_000,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s`;
  const service = new Notes();
  const socket = Deno.listen({ transport: "unix", path });
  const log = new Log(`${folder}/log`, "error");
  const listener = new Listener({ socket, gate: undefined, patienceMs }, service, log);
  const served = listener.serve();
  try {
    await use(service, path);
  } finally {
    socket.close();
    await served;
    await listener.drain(1000);
    await Deno.remove(folder, { recursive: true });
  }
}

async function readReply(connection: Deno.Conn): Promise<Reply | undefined> {
  const bytes = new Uint8Array(70_000);
  let filled = 0;
  for (;;) {
    const count = await connection.read(bytes.subarray(filled));
    if (count === null) return undefined;
    filled += count;
    if (filled < LENGTH_BYTES) continue;
    const end = LENGTH_BYTES + new DataView(bytes.buffer).getUint32(0);
    if (filled >= end) return decodeReply(bytes.subarray(LENGTH_BYTES, end));
  }
}

async function exchange(path: string, ...pieces: Uint8Array[]): Promise<Reply | undefined> {
  using connection = await Deno.connect({ transport: "unix", path });
  for (const piece of pieces) await connection.write(piece);
  return await readReply(connection);
}

const CURRENT = { ...GOLDEN_REQUESTS["compile"], release: 1000 } as Request;
const HIT = GOLDEN_REPLIES["deliver"]!;

Deno.test("a compile request that is answered at once goes no further", () =>
  withListener(async (service, path) => {
    service.quickReply = HIT;
    assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "deliver");
    assert.deepEqual(service.heard, ["quick"]);
  }));

Deno.test("a request in single bytes and one larger than the buffer arrive whole", () =>
  withListener(async (service, path) => {
    service.answered = { reply: { kind: "bypass", code: 21 } };
    const frame = encodeRequest(CURRENT);
    assert.equal(
      (await exchange(path, ...Array.from(frame, (byte) => new Uint8Array([byte]))))?.kind,
      "bypass",
    );
    const large = { ...CURRENT, env: new Uint8Array(100_000) } as Request;
    assert.equal((await exchange(path, encodeRequest(large)))?.kind, "bypass");
    assert.deepEqual(service.heard, ["quick", "compile", "quick", "compile"]);
  }));

Deno.test("the report of a miss comes on the same connection", () =>
  withListener(async (service, path) => {
    service.answered = { reply: GOLDEN_REPLIES["run"]!, ticket: 7 };
    {
      using connection = await Deno.connect({ transport: "unix", path });
      await connection.write(encodeRequest(CURRENT));
      assert.equal((await readReply(connection))?.kind, "run");
      await connection.write(encodeRequest(GOLDEN_REQUESTS["report"]!));
    }
    assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "run");
    while (service.heard.length < 6) await new Promise((resume) => setTimeout(resume, 1));
    assert.deepEqual(service.heard.slice(0, 3), ["quick", "compile", "report"]);
    // the second one hung up without a report
    assert.deepEqual(service.heard.slice(3), ["quick", "compile", "abandon 7"]);
  }));

Deno.test("what is to be done after a delivery waits for the other side to go, and may fail", () =>
  withListener(async (service, path) => {
    service.quickReply = HIT;
    service.afterwards = () => {
      service.heard.push("afterwards");
      throw new TypeError("a bug");
    };
    {
      using connection = await Deno.connect({ transport: "unix", path });
      await connection.write(encodeRequest(CURRENT));
      assert.equal((await readReply(connection))?.kind, "deliver");
      service.answered = { reply: GOLDEN_REPLIES["pong"]! };
      assert.equal((await exchange(path, encodeRequest(GOLDEN_REQUESTS["ping"]!)))?.kind, "pong");
      assert.deepEqual(service.heard, ["quick", "ping"]);
    }
    while (service.heard.length < 3) await new Promise((resume) => setTimeout(resume, 1));
    assert.equal(service.heard[2], "afterwards");
    service.afterwards = undefined;
    assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "deliver");
  }));

Deno.test("a bug in a handler becomes a bypass, and the next request is served", () =>
  withListener(async (service, path) => {
    service.fault = true;
    const reply = await exchange(path, encodeRequest(CURRENT));
    assert.deepEqual(reply, { kind: "bypass", code: REASONS["daemon-fault"].code, env: [] });
    service.quickReply = HIT;
    assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "deliver");
  }));

Deno.test("another release is bypassed; only a newer one retires us", () =>
  withListener(async (service, path) => {
    const bypass = { kind: "bypass", code: REASONS["version-mismatch"].code, env: [] };
    assert.deepEqual(await exchange(path, encodeRequest({ ...CURRENT, release: 999 } as Request)), bypass);
    assert.deepEqual(service.heard, []);
    assert.deepEqual(await exchange(path, encodeRequest({ ...CURRENT, release: 1001 } as Request)), bypass);
    assert.deepEqual(service.heard, ["outdated"]);
  }));

Deno.test("another protocol is bypassed; only a newer one retires us", () =>
  withListener(async (service, path) => {
    const bypass = { kind: "bypass", code: REASONS["version-mismatch"].code, env: [] };
    assert.deepEqual(await exchange(path, new Uint8Array([0, 0, 0, 3, 0x92, PROTOCOL - 1, 0])), bypass);
    assert.deepEqual(service.heard, []);
    assert.deepEqual(await exchange(path, new Uint8Array([0, 0, 0, 3, 0x92, PROTOCOL + 1, 0])), bypass);
    assert.deepEqual(service.heard, ["outdated"]);
  }));

for (
  const [name, bytes] of [
    ["a length of four gigabytes", [0xff, 0xff, 0xff, 0xff, 0x92]],
    ["garbage in an array", [0, 0, 0, 4, 0x93, PROTOCOL, 9, 0xc1]],
    ["a truncated compile request", [0, 0, 0, 3, 0x9a, PROTOCOL, 9]],
  ] as const
) {
  Deno.test(`${name} ends its connection and harms nobody else`, () =>
    withListener(async (service, path) => {
      const reply = await exchange(path, new Uint8Array(bytes));
      assert.ok(reply === undefined || reply.kind === "bypass");
      service.quickReply = HIT;
      assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "deliver");
    }));
}

Deno.test("who stays after a hit, as a stopped launcher does, is hung up on", () =>
  withListener(async (service, path) => {
    service.quickReply = HIT;
    service.afterwards = () => service.heard.push("afterwards");
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(encodeRequest(CURRENT));
    assert.equal((await readReply(connection))?.kind, "deliver");
    assert.equal(await connection.read(new Uint8Array(1)), null);
    assert.deepEqual(service.heard, ["quick"]);
    service.afterwards = undefined;
    assert.equal((await exchange(path, encodeRequest(CURRENT)))?.kind, "deliver");
  }, 20));

Deno.test("who doesn't take a reply in is hung up on, and its miss is abandoned", () =>
  withListener(async (service, path) => {
    const run = GOLDEN_REPLIES["run"]!;
    assert.ok(run.kind === "run");
    const reply = { ...run, argv: ["x".repeat(4 * 1024 * 1024)] };
    service.answered = { reply, ticket: 7 };
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(encodeRequest(CURRENT));
    const abandoned = Promise.withResolvers<string>();
    service.abandon = (ticket) => {
      abandoned.resolve(`abandon ${ticket}`);
      return Promise.resolve();
    };
    assert.equal(await abandoned.promise, "abandon 7");
  }, 20));
