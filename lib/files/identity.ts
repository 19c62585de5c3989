/**
 * A stat identity is twelve 32-bit words, compared word by word without allocating:
 * size (low, high), mtime seconds (low, high), mtime ns, ctime seconds (low, high), ctime ns, inode (low, high),
 * device (major, minor).
 */
export const IDENTITY_WORDS = 12;

const NS = 1_000_000_000n;

/** Milliseconds by which a time stamp may lag behind the wall clock on a local file system with sub-second stamps. */
const CLOCK_MARGIN_MS = 20;

/** The same where stamps are whole seconds, or two (FAT), or are made by a server. */
export const COARSE_MARGIN_MS = 2_100;

/** What an identity is made of, on Linux. */
export interface IdentityParts {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly inode: bigint;
  readonly device: readonly [major: number, minor: number];
}

/** The identity of a file of which another program says this. */
export function identityOf({ size, mtimeNs, ctimeNs, inode, device }: IdentityParts): Uint32Array {
  const words = new Uint32Array(IDENTITY_WORDS);
  putWord64(words, 0, size);
  putStamp(words, 2, mtimeNs);
  putStamp(words, 5, ctimeNs);
  putWord64(words, 8, inode);
  words.set(device, 10);
  return words;
}

/** Whether the words at two places are the same. */
export function sameIdentity(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  for (let i = 0; i < IDENTITY_WORDS; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

/** The size in bytes. */
export function sizeOf(words: Uint32Array, at = 0): number {
  return words[at + 1]! * 2 ** 32 + words[at]!;
}

/** The time of the last change of the content, in ns. */
export function mtimeNsOf(words: Uint32Array, at = 0): bigint {
  return seconds(words, at + 2) * NS + BigInt(words[at + 4]!);
}

/** The time of the last change of anything, in ns. */
export function ctimeNsOf(words: Uint32Array, at = 0): bigint {
  return seconds(words, at + 5) * NS + BigInt(words[at + 7]!);
}

/** The inode number. */
export function inodeOf(words: Uint32Array, at = 0): bigint {
  return word64(words, at + 8);
}

/** The device number. */
export function deviceOf(words: Uint32Array, at = 0): bigint {
  return BigInt(words[at + 10]!) << 32n | BigInt(words[at + 11]!);
}

/** The younger of the two time stamps, in milliseconds. */
export function newestMs(words: Uint32Array, at = 0): number {
  return Math.max(stampMs(words, at + 2), stampMs(words, at + 5));
}

/**
 * The granularity to assume for these time stamps where they are made by this machine, in milliseconds. The time of change
 * tells, as every change sets it and no program can; Deno's own stat gives it in whole seconds. That of the last write
 * may have been set: archives are unpacked with the stamps they hold, often of whole seconds. It tells only where it is
 * the younger one.
 */
export function marginMs(words: Uint32Array): number {
  const isCoarse = words[7] === 0 || words[4] === 0 && stampMs(words, 2) > stampMs(words, 5);
  return isCoarse ? COARSE_MARGIN_MS : CLOCK_MARGIN_MS;
}

/** Writes a 64-bit number as two words. */
export function putWord64(words: Uint32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asUintN(32, value));
  words[at + 1] = Number(BigInt.asUintN(32, value >> 32n));
}

/** Writes a time stamp in ns as seconds (low, high) and ns. */
export function putStamp(words: Uint32Array, at: number, ns: bigint): void {
  const rest = ((ns % NS) + NS) % NS;
  putWord64(words, at, (ns - rest) / NS);
  words[at + 2] = Number(rest);
}

function stampMs(words: Uint32Array, at: number): number {
  return (words[at]! + (words[at + 1]! | 0) * 2 ** 32) * 1000 + words[at + 2]! / 1e6;
}

function seconds(words: Uint32Array, at: number): bigint {
  return BigInt.asIntN(64, word64(words, at));
}

function word64(words: Uint32Array, at: number): bigint {
  return BigInt(words[at + 1]!) << 32n | BigInt(words[at]!);
}
