import { Buffer } from "node:buffer";
import { Blake3 } from "./blake3/blake3.ts";

declare const digestBrand: unique symbol;

/** A BLAKE3-256 digest: 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly [digestBrand]: true };

/** Bytes of a digest in its binary form. */
export const DIGEST_BYTES = 32;

const hasher = new Blake3();

/** Hashes bytes in one go. */
export function digestBytes(bytes: Uint8Array): Digest {
  hasher.begin();
  hasher.update(bytes);
  return hasher.digest() as Digest;
}

const encoder = new TextEncoder();
const encoded = new Uint8Array(256 * 1024);

/** Hashes the UTF-8 form of a text in one go. */
export function digestText(text: string): Digest {
  // the hasher's own way from text to bytes is a loop in JavaScript, and so is Buffer's
  const { read, written } = encoder.encodeInto(text, encoded);
  return digestBytes(read === text.length ? encoded.subarray(0, written) : encoder.encode(text));
}

/** Hashes a text in which each character stands for a byte. */
export function digestLatin1(text: string): Digest {
  const { read, written } = encoder.encodeInto(text, encoded);
  const isAscii = read === text.length && written === read;
  return digestBytes(isAscii ? encoded.subarray(0, written) : Buffer.from(text, "latin1"));
}

/** Hashes chunks that arrive one after another; nothing else may hash until it returns. */
export function digestChunks(chunks: Iterable<Uint8Array>): Digest {
  hasher.begin();
  for (const chunk of chunks) hasher.update(chunk);
  return hasher.digest() as Digest;
}

/** Hashes one content after another, each by pieces between which other work is done. */
export class PieceHasher {
  readonly #hasher = new Blake3();

  begin(): void {
    this.#hasher.begin();
  }

  update(piece: Uint8Array): void {
    this.#hasher.update(piece);
  }

  /** The digest of the pieces since `begin`. */
  digest(): Digest {
    return this.#hasher.digest() as Digest;
  }
}

/** Whether a text from outside is a digest. */
export function isDigest(text: string): text is Digest {
  return /^[0-9a-f]{64}$/.test(text);
}
