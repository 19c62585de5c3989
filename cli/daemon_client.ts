import { err, ok, type Result } from "../lib/core/mod.ts";
import {
  decodeReply,
  encodeRequest,
  FrameError,
  LENGTH_BYTES,
  MAX_REPLY_BYTES,
  payloadLength,
  PROTOCOL,
  protocolOf,
  type Reply,
  type Request,
} from "../lib/protocol/mod.ts";
import { type AskFailure, broken, connectTo, isConnectError, withDeadline, writeAll } from "./connect.ts";

export type { AskFailure } from "./connect.ts";

/** How long a daemon may take to accept a connection. */
const CONNECT_TIMEOUT_MS = 2000;

/** One connection to the daemon: requests and replies, one after the other. */
export class DaemonClient implements Disposable {
  readonly #connection: Deno.Conn;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Connects to a daemon. */
  static async connect(endpoint: string): Promise<Result<DaemonClient, AskFailure>> {
    const connected = await connectTo(endpoint, CONNECT_TIMEOUT_MS);
    return connected.ok ? ok(new DaemonClient(connected.value)) : connected;
  }

  /** Sends a request and waits for its reply. The connection is of no further use after a failure. */
  async ask(request: Request, timeoutMs: number): Promise<Result<Reply, AskFailure>> {
    try {
      const reply = await withDeadline(this.#exchange(request), timeoutMs);
      return reply ?? err({ kind: "silent" });
    } catch (error) {
      if (error instanceof FrameError) return broken(error);
      if (isConnectError(error)) return err({ kind: "absent" });
      throw error;
    }
  }

  /** Sends a request to which no reply is awaited; false if the daemon didn't take it in time. */
  async tell(request: Request, timeoutMs: number): Promise<boolean> {
    try {
      return await withDeadline(
        writeAll(this.#connection, encodeRequest(request)).then(() => true),
        timeoutMs,
      ) ?? false;
    } catch (error) {
      if (isConnectError(error)) return false;
      throw error;
    }
  }

  /** Ends the connection. */
  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #exchange(request: Request): Promise<Result<Reply, AskFailure>> {
    await writeAll(this.#connection, encodeRequest(request));
    const head = await this.#read(LENGTH_BYTES);
    const length = payloadLength(head, MAX_REPLY_BYTES) ?? 0;
    const payload = await this.#read(length);
    const protocol = protocolOf(payload) ?? PROTOCOL;
    if (protocol !== PROTOCOL) return err({ kind: protocol < PROTOCOL ? "older" : "newer" });
    return ok(decodeReply(payload));
  }

  async #read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const count = await this.#connection.read(bytes.subarray(got));
      if (count === null) throw new FrameError("Cannot read a reply: the daemon closed the connection");
      got += count;
    }
    return bytes;
  }
}

/** One request over a connection of its own. */
export async function askDaemon(
  endpoint: string,
  request: Request,
  timeoutMs: number,
): Promise<Result<Reply, AskFailure>> {
  const connected = await DaemonClient.connect(endpoint);
  if (!connected.ok) return connected;
  using client = connected.value;
  return await client.ask(request, timeoutMs);
}

/** A failure in words, to be put behind "daemon at …". */
export function describeFailure(failure: AskFailure): string {
  switch (failure.kind) {
    case "absent":
      return "is not running";
    case "silent":
      return "does not answer";
    case "older":
      return "is of an older version, and leaves";
    case "newer":
      return "is of a newer version";
    case "broken":
      return `cannot be understood: ${failure.detail}`;
  }
}
