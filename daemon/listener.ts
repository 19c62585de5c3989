import { REASONS, RELEASE } from "../lib/core/mod.ts";
import {
  decodeRequest,
  encodeReply,
  FrameError,
  hasHead,
  isWholeMessage,
  KIND,
  LENGTH_BYTES,
  MAX_REQUEST_BYTES,
  payloadLength,
  PROTOCOL,
  protocolOf,
  type Reply,
  type Request,
} from "../lib/protocol/mod.ts";
import type { Gate } from "./gate.ts";
import type { Log } from "./log.ts";
import { within } from "./within.ts";

/** A reply, and the miss that it begins or goes on with. */
export interface Answered {
  readonly reply: Reply;
  readonly ticket?: number;
  /** What to do when the other side has delivered and gone. */
  readonly afterwards?: (() => void) | undefined;
}

/** What the listener asks for what it hears. */
export interface Service {
  /** The answer to a compile request that needs no waiting. */
  quick(payload: Uint8Array): Answered | undefined;
  /** Any request; undefined where no reply is due. */
  answer(request: Request, payload: Uint8Array): Promise<Answered | undefined>;
  /** The other side of a miss is gone. */
  abandon(ticket: number): Promise<void>;
  /** Someone newer than we are asked. */
  outdated(): void;
}

/** What connections come through. */
export interface Entrance {
  readonly socket: Deno.Listener;
  /** Whom to let in; undefined = everybody. */
  readonly gate: Gate | undefined;
  /** How long the other side may take over a request, a reply or its leave, once it has begun, in ms; 10 s if not given. */
  readonly patienceMs?: number;
}

/** Most requests fit; larger ones get a buffer of their own. */
const BUFFER_BYTES = 32 * 1024;

const PATIENCE_MS = 10_000;

/** Accepts connections, cuts the bytes into frames and sends replies; knows nothing of what they mean. */
export class Listener {
  readonly #socket: Deno.Listener;
  readonly #gate: Gate | undefined;
  readonly #patienceMs: number;
  readonly #service: Service;
  readonly #log: Log;
  readonly #buffers: Uint8Array[] = [];
  readonly #open = new Set<Promise<void>>();

  constructor({ socket, gate, patienceMs = PATIENCE_MS }: Entrance, service: Service, log: Log) {
    this.#socket = socket;
    this.#gate = gate;
    this.#patienceMs = patienceMs;
    this.#service = service;
    this.#log = log;
  }

  /** Serves until the socket is closed. */
  async serve(): Promise<void> {
    for await (const connection of this.#socket) {
      const served = this.#serve(connection);
      this.#open.add(served);
      served.finally(() => this.#open.delete(served));
    }
  }

  /** Waits until all connections are done, or the time is over. */
  async drain(timeoutMs: number): Promise<void> {
    await within(Promise.allSettled(this.#open), timeoutMs);
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const buffer = this.#buffers.pop() ?? new Uint8Array(BUFFER_BYTES);
    let ticket: number | undefined;
    try {
      const isIn = this.#gate === undefined || await this.#gate.admits(connection);
      while (isIn) {
        // a tool may run for hours
        const patienceMs = ticket === undefined ? this.#patienceMs : undefined;
        const payload = await readPayload(connection, buffer, patienceMs);
        if (payload === undefined) break;
        const answered = await this.#answer(payload);
        if (answered === undefined) {
          ticket = undefined;
          continue;
        }
        ticket = answered.ticket;
        await writeAll(connection, encodeReply(answered.reply), this.#patienceMs);
        if (answered.reply.kind !== "deliver") continue;
        await this.#seeOff(connection, buffer, answered);
        break;
      }
    } catch (error) {
      this.#note(error);
    }
    close(connection);
    if (this.#buffers.length < 64) this.#buffers.push(buffer);
    if (ticket !== undefined) await this.#service.abandon(ticket);
  }

  /** Does what is left to do when the other side has delivered and gone, if anything; nothing if it stays. */
  async #seeOff(connection: Deno.Conn, buffer: Uint8Array, { afterwards }: Answered): Promise<void> {
    if (afterwards === undefined) return;
    {
      using _clock = closeAfter(connection, this.#patienceMs);
      await connection.read(buffer);
    }
    close(connection);
    afterwards();
  }

  /** The one place where an unexpected error becomes a bypass. */
  async #answer(payload: Uint8Array): Promise<Answered | undefined> {
    const protocol = protocolOf(payload);
    if (protocol === undefined) throw new FrameError("Cannot take the frame: it names no protocol");
    if (protocol !== PROTOCOL) {
      if (!isWholeMessage(payload)) {
        throw new FrameError("Cannot take the frame: it is no message of any protocol");
      }
      return this.#mismatch(protocol > PROTOCOL);
    }
    try {
      if (payload[2] === KIND.compile) {
        const release = releaseOf(payload);
        if (release !== RELEASE) return this.#mismatch(release > RELEASE);
        const answered = this.#service.quick(payload);
        if (answered !== undefined) return answered;
      }
      return await this.#service.answer(decodeRequest(payload), payload);
    } catch (error) {
      if (error instanceof FrameError) throw error;
      this.#log.write("error", error instanceof Error ? error.stack ?? error.message : String(error));
      return bypass("daemon-fault");
    }
  }

  /** Another version asks: it runs its tool by itself, and if it's the newer one we make room. */
  #mismatch(isNewer: boolean): Answered {
    if (isNewer) this.#service.outdated();
    return bypass("version-mismatch");
  }

  #note(error: unknown): void {
    if (error instanceof FrameError) this.#log.write("warn", error.message);
    else if (!isDisconnect(error)) this.#log.write("error", String(error));
  }
}

function bypass(reason: "version-mismatch" | "daemon-fault"): Answered {
  return { reply: { kind: "bypass", code: REASONS[reason].code } };
}

/** The sender's release: the second of the head's integers (docs/protocol.md). */
function releaseOf(payload: Uint8Array): number {
  if (!hasHead(payload)) {
    throw new FrameError("Cannot take the request: it does not begin with pid, release, time and session");
  }
  return new DataView(payload.buffer, payload.byteOffset).getUint32(9);
}

/** Reads one frame; the payload is a view of `buffer` where it fits. Undefined at the end of the stream. */
async function readPayload(
  connection: Deno.Conn,
  buffer: Uint8Array,
  patienceMs: number | undefined,
): Promise<Uint8Array | undefined> {
  let bytes = buffer;
  let filled = 0;
  let length: number | undefined;
  let clock: Disposable | undefined;
  try {
    for (;;) {
      const count = await connection.read(bytes.subarray(filled));
      if (count === null) return undefined;
      filled += count;
      length ??= payloadLength(bytes.subarray(0, filled), MAX_REQUEST_BYTES);
      if (length !== undefined && filled >= LENGTH_BYTES + length) {
        return bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
      }
      // only what doesn't arrive in one piece needs a clock
      if (patienceMs !== undefined) clock ??= closeAfter(connection, patienceMs);
      if (length !== undefined && LENGTH_BYTES + length > bytes.length) {
        const larger = new Uint8Array(LENGTH_BYTES + length);
        larger.set(bytes.subarray(0, filled));
        bytes = larger;
      }
    }
  } finally {
    clock?.[Symbol.dispose]();
  }
}

/** Writes a frame; most are taken in at once and need no clock. */
async function writeAll(connection: Deno.Conn, bytes: Uint8Array, patienceMs: number): Promise<void> {
  let at = await connection.write(bytes);
  if (at === bytes.length) return;
  using _clock = closeAfter(connection, patienceMs);
  while (at < bytes.length) at += await connection.write(bytes.subarray(at));
}

/** Ends a connection after a while, unless disposed of before: whoever is stopped can't hold it for ever. */
function closeAfter(connection: Deno.Conn, ms: number): Disposable {
  const timer = setTimeout(() => close(connection), ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}
