/** Talks to a socket in raw bytes, as a broken or a hostile client would. */
export class Peer implements Disposable {
  readonly #connection: Deno.UnixConn;

  private constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  /** Connects to a socket. */
  static async connect(path: string): Promise<Peer> {
    return new Peer(await Deno.connect({ transport: "unix", path }));
  }

  /** Sends bytes; a daemon that has hung up already is what is expected of it. */
  async send(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)) {
        throw error;
      }
    }
  }

  /** The next bytes, or undefined at the end; throws if nothing comes within the time. */
  async receive(patienceMs: number): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(65536);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Cannot wait: no answer within ${patienceMs} ms`)),
        patienceMs,
      );
    });
    try {
      const length = await Promise.race([this.#connection.read(buffer), late]);
      return length === null ? undefined : buffer.slice(0, length);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** A frame: the length, then the payload. */
export function frame(payload: Uint8Array, length = payload.length): Uint8Array {
  const bytes = new Uint8Array(4 + payload.length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(payload, 4);
  return bytes;
}

/** Joins byte strings. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
