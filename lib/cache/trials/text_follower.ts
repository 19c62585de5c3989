import { createHash } from "node:crypto";

/** How often there's a look at what was written meanwhile, in milliseconds. */
const STEP_MS = 8;

const PIECE_BYTES = 256 * 1024;

/**
 * Hashes a text while a process is still writing it, from the beginning to the end, so that little is left to do when the
 * process ends. SHA-256, since processors have instructions for it: no other part sees these digests.
 */
export class TextFollower implements Disposable {
  readonly #path: string;
  readonly #hash = createHash("sha256");
  readonly #piece = new Uint8Array(PIECE_BYTES);
  readonly #timer: ReturnType<typeof setInterval>;
  #file: Deno.FsFile | undefined;
  #bytes = 0;

  /** The file need not be there yet; once it is, it must only grow. */
  constructor(path: string) {
    this.#path = path;
    this.#timer = setInterval(() => this.catchUp(), STEP_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Takes in what was written since the last time. */
  catchUp(): void {
    try {
      this.#file ??= openIfThere(this.#path);
      for (let count = this.#read(); count > 0; count = this.#read()) {
        this.#hash.update(this.#piece.subarray(0, count));
        this.#bytes += count;
      }
    } catch (error) {
      // whatever is wrong with the file, there is no text to tell of
      if (!(error instanceof Error)) throw error;
      this[Symbol.dispose]();
      this.#bytes = NaN;
    }
  }

  /** The digest of the whole text, once its writer has ended; undefined if there is none. */
  finish(): string | undefined {
    this.catchUp();
    const isWhole = this.#file !== undefined && this.#file.statSync().size === this.#bytes;
    this[Symbol.dispose]();
    return isWhole ? this.#hash.digest("hex") : undefined;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#file?.close();
    this.#file = undefined;
  }

  #read(): number {
    return this.#file?.readSync(this.#piece) ?? 0;
  }
}

function openIfThere(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
