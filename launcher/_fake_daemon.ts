import {
  decodeRequest,
  encodeReply,
  LENGTH_BYTES,
  MAX_REQUEST_BYTES,
  payloadLength,
  type Reply,
  type Request,
} from "../lib/protocol/mod.ts";

/** What a script does with a request: a reply, raw bytes, nothing (the launcher waits) or closing the connection. */
export type Act = Reply | Uint8Array | "silence" | "close";

/** Where connections come from, and who is let in; everybody, if it isn't asked. */
export interface Entrance {
  readonly socket: Deno.Listener;
  admits?(connection: Deno.Conn): Promise<boolean>;
}

/** The launcher has left, or the test is over, while an answer was on its way. */
const ENDS = [Deno.errors.BrokenPipe, Deno.errors.ConnectionReset, Deno.errors.BadResource];

/** A daemon that answers as a test tells it. */
export class FakeDaemon implements AsyncDisposable {
  /** What it was asked, in order. */
  readonly requests: Request[] = [];
  readonly #listener: Deno.Listener;
  readonly #connections = new Set<Deno.Conn>();
  readonly #admits: Entrance["admits"];
  readonly #finished: Promise<void>;
  readonly #script: (request: Request) => Act | Promise<Act>;

  /** Listens at a socket's path, or where a listener does. */
  constructor(at: string | Entrance, script: (request: Request) => Act | Promise<Act>) {
    const entrance = typeof at === "string" ? { socket: Deno.listen({ transport: "unix", path: at }) } : at;
    this.#listener = entrance.socket;
    this.#admits = entrance.admits;
    this.#script = script;
    this.#finished = this.#accept();
  }

  async #accept(): Promise<void> {
    const served: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      served.push(this.#serve(connection));
    }
    await Promise.all(served);
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    try {
      let goesOn = await this.#admits?.(connection) ?? true;
      while (goesOn) goesOn = await this.#answer(connection);
    } catch (error) {
      if (!ENDS.some((ended) => error instanceof ended)) throw error;
    } finally {
      this.#close(connection);
    }
  }

  /** Resolves to whether the connection goes on. */
  async #answer(connection: Deno.Conn): Promise<boolean> {
    const payload = await readFrame(connection);
    if (payload === undefined) return false;
    const request = decodeRequest(payload);
    this.requests.push(request);
    const act = await this.#script(request);
    if (act === "close") return false;
    if (act !== "silence") await writeAll(connection, act instanceof Uint8Array ? act : encodeReply(act));
    return true;
  }

  #close(connection: Deno.Conn): void {
    if (this.#connections.delete(connection)) connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) this.#close(connection);
    await this.#finished;
  }
}

async function readFrame(connection: Deno.Conn): Promise<Uint8Array | undefined> {
  const header = await readExactly(connection, LENGTH_BYTES);
  if (header === undefined) return undefined;
  return await readExactly(connection, payloadLength(header, MAX_REQUEST_BYTES)!);
}

async function readExactly(connection: Deno.Conn, size: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(size);
  for (let have = 0; have < size;) {
    const n = await readSome(connection, bytes.subarray(have));
    if (n === null) return undefined;
    have += n;
  }
  return bytes;
}

async function readSome(connection: Deno.Conn, into: Uint8Array): Promise<number | null> {
  try {
    return await connection.read(into);
  } catch (error) {
    if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return null;
    throw error;
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
