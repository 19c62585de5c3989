import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Buffer } from "node:buffer";
import { type Digest, LruMap } from "../core/mod.ts";
import { COARSE_MARGIN_MS } from "./identity.ts";
import type { OpenedFile } from "./system.ts";

/** A file as it was when its content was known. */
export interface SeenFile {
  /** Its stat identity (identity.ts). */
  readonly identity: Uint32Array;
  /** When that was, by the wall clock in ms. */
  readonly atMs: number;
}

/** A file of known content that another is expected to be a copy of. */
export interface Original {
  readonly digest: Digest;
  /** Where it is; to be checked when it's asked for, then undefined if it isn't what it was any more. */
  readonly path: string | (() => string | undefined);
  /** In bytes. */
  readonly size: number;
  /** The copy, if it was seen to have this content: as long as it is that file, nothing is compared. */
  readonly seen?: SeenFile | undefined;
}

interface Expected extends Original {
  /** Wall clock in ms at which an original that is given by its path was known to have this content. */
  readonly checkedAtMs: number;
}

/** Below this size hashing is as fast as comparing. */
export const LEAST_COMPARED_BYTES = 64 * 1024;

/** How many expectations are kept; the oldest goes first. */
const MOST_EXPECTED = 10_000;

/**
 * What files are expected to be copies of. Reading two files and comparing their bytes takes an eighth of the time of hashing
 * one, and is as sure: an expectation that is wrong costs a moment and nothing else.
 */
export class Originals {
  readonly #expected = new LruMap<string, Expected>({ limit: MOST_EXPECTED, weigh: () => 1 });
  #buffer = new Uint8Array(0);

  /** From now on, the file at a path may be a copy of this one, which has just been seen to be what it says. */
  expect(path: string, original: Original, nowMs: number): void {
    if (original.size < LEAST_COMPARED_BYTES) return;
    this.#expected.set(path, { ...original, checkedAtMs: nowMs });
  }

  /** What a file of this size at a path is expected to be. */
  of(path: string, size: number): Expected | undefined {
    const expected = this.#expected.peek(path);
    return expected?.size === size ? expected : undefined;
  }

  /** Whether a file has the same bytes as its original, which nobody changed since it was checked. `nowMs` = wall clock. */
  isCopy(file: OpenedFile, expected: Expected, nowMs: number): boolean {
    const fd = openOriginal(expected, nowMs);
    if (fd === undefined) return false;
    try {
      for (const chunk of file.bytes === undefined ? file.chunks() : [file.bytes]) {
        if (!this.#isNext(fd, chunk)) return false;
      }
      return this.#read(fd, 1).length === 0;
    } catch (error) {
      // what can't be read to its end is hashed, and told of there
      if (error instanceof Error) return false;
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  #isNext(fd: number, chunk: Uint8Array): boolean {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).equals(this.#read(fd, chunk.length));
  }

  /** As many of the next bytes as there are, in a buffer that the next call overwrites. */
  #read(fd: number, length: number): Uint8Array {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(fd, this.#buffer, filled, length - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return this.#buffer.subarray(0, filled);
  }
}

/** Opens an original that is as it was when it was checked, by stamps that are not too young to tell. */
function openOriginal(expected: Expected, nowMs: number): number | undefined {
  const isGiven = typeof expected.path === "string";
  const path = isGiven ? expected.path : expected.path();
  const checkedAtMs = isGiven ? expected.checkedAtMs : nowMs;
  if (path === undefined) return undefined;
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const { size, mtimeMs, ctimeMs } = fstatSync(fd);
    if (size === expected.size && Math.max(mtimeMs, ctimeMs) < checkedAtMs - COARSE_MARGIN_MS) {
      return fd;
    }
  } catch (error) {
    // it may have been evicted meanwhile
    if (!(error instanceof Error)) throw error;
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}
