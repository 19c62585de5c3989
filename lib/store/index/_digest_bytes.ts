import { type Digest, DIGEST_BYTES, isDigest } from "../../core/mod.ts";
import { DamagedIndexError } from "./_columns.ts";

/** The binary form of a digest, as the index keeps it. */
export function digestToBytes(digest: Digest): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digest);
}

/** The digest with this binary form. Throws `DamagedIndexError`. */
export function digestFromBytes(bytes: Uint8Array): Digest {
  const text = bytes.toHex();
  if (bytes.length === DIGEST_BYTES && isDigest(text)) return text;
  throw new DamagedIndexError(`Cannot read a digest: ${bytes.length} bytes`);
}
