import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { putStamp, putWord64 } from "../identity.ts";
import { list, orUndefined, readLink, realPath } from "./plain_calls.ts";
import type { Disk, EntryType, OpenedFile, StatOutcome, StatRecord } from "../system.ts";

const WHOLE_LIMIT_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

/** The file system through what every platform has. */
export class PortableDisk implements Disk {
  stat(path: string, follow: boolean, into: StatRecord): StatOutcome {
    try {
      const stat = follow ? statSync(path, { bigint: true }) : lstatSync(path, { bigint: true });
      fill(into, stat);
      return "found";
    } catch (error) {
      return outcomeOf(error);
    }
  }

  realPath(path: string): string | undefined {
    return realPath(path);
  }

  readLink(path: string): string | undefined {
    return readLink(path);
  }

  list(path: string): string[] | undefined {
    return list(path);
  }

  open<T>(path: string, into: StatRecord, use: (file: OpenedFile) => T): T | undefined {
    const fd = orUndefined(() => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    if (fd === undefined) return undefined;
    try {
      fill(into, fstatSync(fd, { bigint: true }));
      if (into.type !== "file") return undefined;
      const pieces = readPieces(fd);
      return pieces === undefined ? undefined : use(pieces);
    } finally {
      closeSync(fd);
    }
  }

  blindness(): undefined {
    return undefined;
  }

  /** There is no portable way to tell. */
  isRemote(): boolean {
    return true;
  }

  [Symbol.dispose](): void {}
}

/** Reads a file to its end if it is not too large; else its beginning and, on request, the rest. */
function readPieces(fd: number): OpenedFile | undefined {
  const pieces: Uint8Array[] = [];
  let total = 0;
  while (total < WHOLE_LIMIT_BYTES) {
    const piece = readPiece(fd);
    if (piece === undefined) return undefined;
    if (piece.length === 0) {
      const whole = joined(pieces, total);
      return { bytes: whole, head: whole, chunks: () => [whole] };
    }
    pieces.push(piece);
    total += piece.length;
  }
  return {
    bytes: undefined,
    head: pieces[0]!,
    *chunks() {
      yield* pieces;
      while (true) {
        const piece = readPiece(fd);
        if (piece === undefined) throw new Error("Cannot read a file to its end");
        if (piece.length === 0) return;
        yield piece;
      }
    },
  };
}

function readPiece(fd: number): Uint8Array | undefined {
  const buffer = new Uint8Array(PIECE_BYTES);
  const count = orUndefined(() => readSync(fd, buffer));
  return count === undefined ? undefined : buffer.subarray(0, count);
}

function joined(pieces: readonly Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function fill(into: StatRecord, stat: BigIntStats): void {
  const to = into.identity;
  putWord64(to, 0, stat.size);
  putStamp(to, 2, stat.mtimeNs);
  putStamp(to, 5, stat.ctimeNs);
  putWord64(to, 8, stat.ino);
  to[10] = Number(BigInt.asUintN(32, stat.dev >> 32n));
  to[11] = Number(BigInt.asUintN(32, stat.dev));
  into.links = Number(stat.nlink);
  into.mode = Number(stat.mode);
  into.type = typeOf(stat);
}

function typeOf(stat: BigIntStats): EntryType {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "folder";
  return stat.isSymbolicLink() ? "link" : "special";
}

function outcomeOf(error: unknown): StatOutcome {
  if (!(error instanceof Error)) throw error;
  const code = "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "refused";
}
