/** One stream of the tool: passed on as it appears, and kept up to a limit. */
export class Tap {
  readonly #to: { writeSync(bytes: Uint8Array): number };
  readonly #limitBytes: number;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isCut = false;
  #lastMs = performance.now();

  constructor(to: { writeSync(bytes: Uint8Array): number }, limitBytes: number) {
    this.#to = to;
    this.#limitBytes = limitBytes;
  }

  /** Whether the stream was longer than the limit, or not seen to its end. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** When something went through last, on the clock of `performance.now()`. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Everything that went through; empty if the stream was cut. */
  get bytes(): Uint8Array {
    if (this.#isCut) return new Uint8Array();
    const whole = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const piece of this.#kept) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** Passes bytes on; false if nobody reads them, so that what the tool writes next has to fail as well. */
  pass(bytes: Uint8Array): boolean {
    this.#keep(bytes);
    this.#lastMs = performance.now();
    for (let sent = 0; sent < bytes.length;) {
      try {
        sent += this.#to.writeSync(bytes.subarray(sent));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) waitBriefly();
        else if (error instanceof Deno.errors.BrokenPipe) {
          this.cut();
          return false;
        } else if (error instanceof Error) {
          this.cut(); // a full disk behind our output: a compiler goes on as well
          return true;
        } else throw error;
      }
    }
    return true;
  }

  /** Gives up keeping. */
  cut(): void {
    this.#isCut = true;
    this.#kept = [];
  }

  #keep(bytes: Uint8Array): void {
    if (this.#isCut) return;
    if (this.#keptBytes + bytes.length > this.#limitBytes) return this.cut();
    this.#kept.push(bytes.slice());
    this.#keptBytes += bytes.length;
  }
}

/** Our output is somebody else's non-blocking pipe, and it's full. */
function waitBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}
