import type { LateCopy, LateOutputs } from "../lib/cache/mod.ts";
import { isDigest } from "../lib/core/mod.ts";
import { identityOf } from "../lib/files/mod.ts";

/** What the copier says of a run. */
export interface CopierSaid {
  readonly ticket: number;
  /** Its copies; undefined if they could not be made. */
  readonly outputs: LateOutputs | undefined;
}

const NS = 1_000_000_000n;

/** Of a file: index, digest, size, seconds and nanoseconds of the last write and the last change, inode, device, milliseconds. */
const FILE = /^(\d{1,5}):([0-9a-f]{64})((?::\d{1,20}){9})$/;

/** Reads `TICKET 0`, or `TICKET 1` and a word for each file (launcher/observe/copier.c); undefined if it's neither. */
export function readCopierLine(line: string): CopierSaid | undefined {
  const [, ticket, made, files = ""] = /^(\d{1,16}) ([01])((?: \S+)*)$/.exec(line) ?? [];
  if (ticket === undefined) return undefined;
  const read = files.split(" ").slice(1).map(readFile);
  const known = read.filter((file) => file !== undefined);
  const isMade = made === "1" && known.length > 0 && known.length === read.length;
  return { ticket: Number(ticket), outputs: isMade ? new Map(known) : undefined };
}

function readFile(word: string): [index: number, copy: LateCopy] | undefined {
  const [, index, digest, numbers] = FILE.exec(word) ?? [];
  if (index === undefined || digest === undefined || !isDigest(digest) || numbers === undefined) {
    return undefined;
  }
  const [size, mtimeS, mtimeNs, ctimeS, ctimeNs, inode, major, minor, atMs] = numbers.slice(1).split(":")
    .map(BigInt) as Nine;
  const identity = identityOf({
    size,
    mtimeNs: mtimeS * NS + mtimeNs,
    ctimeNs: ctimeS * NS + ctimeNs,
    inode,
    device: [Number(major), Number(minor)],
  });
  return [Number(index), { digest, seen: { identity, atMs: Number(atMs) } }];
}

type Nine = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
