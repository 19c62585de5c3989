import { DamagedIndexError } from "./_columns.ts";

/**
 * Ids as bytes: sorted, each the difference to the one before, in groups of seven bits, low group first, the high bit
 * set on all but the last. Neighbouring ids cost one byte, which is why 400 headers of a project take some 500 bytes.
 */
export function encodeIds(sorted: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sorted.length * 8);
  let end = 0;
  let last = 0;
  for (const id of sorted) {
    let rest = id - last;
    last = id;
    while (rest > 127) {
      bytes[end++] = rest % 128 + 128;
      rest = Math.floor(rest / 128);
    }
    bytes[end++] = rest;
  }
  return bytes.slice(0, end);
}

/** The ids that `encodeIds` wrote. Throws `DamagedIndexError` where the last one is cut off. */
export function decodeIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  let last = 0;
  let rest = 0;
  let scale = 1;
  for (const byte of bytes) {
    rest += (byte & 127) * scale;
    if (byte > 127) {
      scale *= 128;
      continue;
    }
    last += rest;
    ids.push(last);
    rest = 0;
    scale = 1;
  }
  if (scale !== 1) throw new DamagedIndexError("Cannot read a list of ids: the last one is cut off");
  return ids;
}

/** Sorts ids and drops repetitions. */
export function sortedIds(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}
