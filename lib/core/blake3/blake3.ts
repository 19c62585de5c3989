import { compileKernel, instantiate, PAGE_BYTES } from "./kernel.ts";

const CHUNK_BYTES = 1024;
const BLOCK_BYTES = 64;
const VALUE_BYTES = 32;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

/** Bytes that are hashed as one subtree: a power of two of chunks. */
const PIECE_BYTES = 64 * CHUNK_BYTES;
const PIECE_CHUNKS = PIECE_BYTES / CHUNK_BYTES;

/** Where things are in the module's memory: a piece, its chaining values, those of the subtrees before it. */
const INPUT = 0;
const VALUES = INPUT + PIECE_BYTES;
const STACK = VALUES + PIECE_CHUNKS * VALUE_BYTES;
/** 2^64 bytes are 2^48 pieces, and as many subtrees at most wait at once as their number has digits. */
const STACK_VALUES = 50;
// waiting here has a use besides: a runtime whose event loop never turned doesn't keep the script's compiled code, and each
// command would compile a megabyte anew
const MODULE = await compileKernel(Math.ceil((STACK + STACK_VALUES * VALUE_BYTES) / PAGE_BYTES));

/**
 * BLAKE3 (the published function, 256 bits, without a key), four chunks at a time where the input has them. One input after
 * another: `begin`, `update` as often as needed, `digest`.
 */
export class Blake3 {
  readonly #kernel = instantiate(MODULE);
  readonly #memory = new Uint8Array(this.#kernel.memory.buffer);
  /** Bytes of the piece that is being filled. */
  #filled = 0;
  /** Pieces that are hashed; the ones in its binary form tell which subtrees wait on the stack. */
  #pieces = 0;
  #waiting = 0;

  begin(): void {
    this.#filled = 0;
    this.#pieces = 0;
    this.#waiting = 0;
  }

  update(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      // a full piece may be the whole input, whose root is hashed otherwise, until there is more
      if (this.#filled === PIECE_BYTES) this.#endPiece();
      const count = Math.min(PIECE_BYTES - this.#filled, bytes.length - at);
      this.#memory.set(count === bytes.length ? bytes : bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
    }
  }

  /** 64 hexadecimal digits. */
  digest(): string {
    const end = VALUES + VALUE_BYTES;
    const isWhole = this.#waiting === 0;
    this.#hashPiece(isWhole);
    // from the last subtree upwards, the value before it is its left neighbour
    while (this.#waiting > 0) {
      this.#waiting--;
      const left = STACK + this.#waiting * VALUE_BYTES;
      this.#memory.copyWithin(left + VALUE_BYTES, VALUES, end);
      this.#parent(left, this.#waiting === 0, VALUES);
    }
    return this.#memory.subarray(VALUES, end).toHex();
  }

  #endPiece(): void {
    this.#hashPiece(false);
    this.#pieces++;
    this.#memory.copyWithin(STACK + this.#waiting * VALUE_BYTES, VALUES, VALUES + VALUE_BYTES);
    this.#waiting++;
    // two subtrees of the same size are one of twice that
    for (let same = this.#pieces; same % 2 === 0; same /= 2) {
      this.#waiting--;
      const left = STACK + (this.#waiting - 1) * VALUE_BYTES;
      this.#parent(left, false, left);
    }
    this.#filled = 0;
  }

  /** From the bytes of the piece to its chaining value, the first of `VALUES`; that of the whole tree if it's the root. */
  #hashPiece(isRoot: boolean): void {
    let count = this.#chunks(isRoot);
    while (count > 1) count = this.#parents(count, isRoot && count === 2);
  }

  /** Hashes the chunks to their values; gives their number, which is one if there are no bytes. */
  #chunks(isRoot: boolean): number {
    const whole = Math.floor(this.#filled / CHUNK_BYTES);
    let at = 0;
    // two are done faster as four; what the others give is overwritten
    for (; whole - at > 1; at += Math.min(4, whole - at)) this.#fourChunks(at);
    for (; at * CHUNK_BYTES < this.#filled || at === 0; at++) this.#oneChunk(at, isRoot);
    return at;
  }

  #fourChunks(at: number): void {
    const from = INPUT + at * CHUNK_BYTES;
    const low = this.#numberOf(at);
    const high = Math.floor(low / 2 ** 32);
    const out = VALUES + at * VALUE_BYTES;
    const blocks = CHUNK_BYTES / BLOCK_BYTES;
    this.#kernel.four(from, CHUNK_BYTES, blocks, low, high, 1, CHUNK_START, CHUNK_END, BLOCK_BYTES, out);
  }

  #oneChunk(at: number, isRoot: boolean): void {
    const from = INPUT + at * CHUNK_BYTES;
    const length = Math.min(CHUNK_BYTES, this.#filled - at * CHUNK_BYTES);
    const blocks = Math.max(1, Math.ceil(length / BLOCK_BYTES));
    const lastLength = length - (blocks - 1) * BLOCK_BYTES;
    this.#memory.fill(0, from + length, from + blocks * BLOCK_BYTES);
    const low = this.#numberOf(at);
    const high = Math.floor(low / 2 ** 32);
    const last = isRoot && this.#filled <= CHUNK_BYTES ? CHUNK_END | ROOT : CHUNK_END;
    this.#kernel.one(from, 0, blocks, low, high, 0, CHUNK_START, last, lastLength, VALUES + at * VALUE_BYTES);
  }

  /** The number of a chunk of this piece; the module takes the lower 32 bits of it. */
  #numberOf(at: number): number {
    return this.#pieces * PIECE_CHUNKS + at;
  }

  /** Makes of this many values those of the nodes above them, in their place; gives their number. */
  #parents(count: number, isRoot: boolean): number {
    const pairs = Math.floor(count / 2);
    let at = 0;
    for (; pairs - at > 1; at += Math.min(4, pairs - at)) {
      const from = VALUES + at * 2 * VALUE_BYTES;
      this.#kernel.four(from, BLOCK_BYTES, 1, 0, 0, 0, PARENT, 0, BLOCK_BYTES, VALUES + at * VALUE_BYTES);
    }
    if (at < pairs) this.#parent(VALUES + at * 2 * VALUE_BYTES, isRoot, VALUES + at * VALUE_BYTES);
    if (count % 2 === 0) return pairs;
    const odd = VALUES + (count - 1) * VALUE_BYTES;
    this.#memory.copyWithin(VALUES + pairs * VALUE_BYTES, odd, odd + VALUE_BYTES);
    return pairs + 1;
  }

  /** Hashes two values that stand side by side. */
  #parent(values: number, isRoot: boolean, out: number): void {
    this.#kernel.one(values, 0, 1, 0, 0, 0, isRoot ? PARENT | ROOT : PARENT, 0, BLOCK_BYTES, out);
  }
}
