import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { type Door, KNOCK_BYTES } from "../lib/protocol/mod.ts";

/** How long a client may take to show its token, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Lets in who knows the token: before that nothing of what comes is looked at. */
export class Gate {
  readonly #knock: Uint8Array;
  readonly #welcome: Uint8Array;
  readonly #patienceMs: number;

  constructor({ knock, welcome }: Pick<Door, "knock" | "welcome">, patienceMs = PATIENCE_MS) {
    this.#knock = Buffer.from(knock, "latin1");
    this.#welcome = Buffer.from(welcome, "latin1");
    this.#patienceMs = patienceMs;
  }

  /** Whether this one may go on; it has been told then that we know the token too. Throws what the connection throws. */
  async admits(connection: Deno.Conn): Promise<boolean> {
    const shown = new Uint8Array(KNOCK_BYTES);
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      connection.close();
    }, this.#patienceMs);
    try {
      if (isTcp(connection)) connection.setNoDelay(true);
      for (let got = 0; got < KNOCK_BYTES;) {
        const count = await connection.read(shown.subarray(got));
        if (count === null) return false;
        got += count;
      }
      // in constant time: how long a refusal takes must not tell how much was right
      if (!timingSafeEqual(shown, this.#knock)) return false;
      for (let sent = 0; sent < KNOCK_BYTES;) sent += await connection.write(this.#welcome.subarray(sent));
      return true;
    } catch (error) {
      if (isLate) return false;
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function isTcp(connection: Deno.Conn): connection is Deno.TcpConn {
  return "setNoDelay" in connection;
}
