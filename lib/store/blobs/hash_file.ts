import { type Digest, digestChunks, PieceHasher } from "../../core/mod.ts";

/** A piece takes 0.2 ms to hash: a request that arrives meanwhile waits no longer than two of them take. */
const PIECE_BYTES = 256 * 1024;

/** Hashes a file in one go, by pieces that fit the buffer. Throws what the file system says. */
export function hashFileNow(path: string, buffer = new Uint8Array(PIECE_BYTES)): Digest {
  using file = Deno.openSync(path);
  return digestChunks(pieces(file, buffer));
}

function* pieces(file: Deno.FsFile, buffer: Uint8Array): Generator<Uint8Array> {
  for (;;) {
    const count = file.readSync(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

/**
 * Hashes files between other work, one after the other. Small files are hashed at once: a worker thread would cost more
 * than the hash (a message there and back takes as long as 50 KB), and large ones are rare enough to go piece by piece.
 */
export class FileHasher {
  readonly #small = new Uint8Array(PIECE_BYTES);
  readonly #hasher = new PieceHasher();
  #last: Promise<unknown> = Promise.resolve();

  /** The digest of a file of about this size. Rejects with what the file system says. */
  hash(path: string, size: number): Promise<Digest> {
    if (size <= PIECE_BYTES) return Promise.try(() => hashFileNow(path, this.#small));
    const mine = this.#last.then(() => this.#hashLarge(path));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #hashLarge(path: string): Promise<Digest> {
    this.#hasher.begin();
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(PIECE_BYTES);
    for (let isTurn = true;; isTurn = !isTurn) {
      // a piece that another thread reads costs half as much again, and gives others their turn
      const count = isTurn ? await file.read(buffer) : file.readSync(buffer);
      if (count === null) break;
      this.#hasher.update(buffer.subarray(0, count));
    }
    return this.#hasher.digest();
  }
}
