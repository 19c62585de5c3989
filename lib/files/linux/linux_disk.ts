import { isBinary } from "../content_facts.ts";
import { list, readLink, realPath } from "../portable/plain_calls.ts";
import type { Disk, EntryType, OpenedFile, StatOutcome, StatRecord } from "../system.ts";
import { BLIND_FILE_SYSTEMS } from "./file_systems.ts";
import { ENOENT, ENOTDIR, type Libc, O_CLOEXEC, O_NOCTTY, O_NONBLOCK } from "./libc.ts";

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_BASIC_STATS = 0x7ff;

/** Files up to this size are read in one piece. */
const WHOLE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Stays in the processor's own cache while it is hashed or compared. */
const BUFFER_BYTES = 256 * 1024;

/** The file system through statx and plain reads: a quarter of the time of Deno's own calls, and with nanoseconds. */
export class LinuxDisk implements Disk {
  readonly #libc: Libc;
  readonly #statx = new Uint32Array(64);
  readonly #statxBytes = new Uint8Array(this.#statx.buffer);
  readonly #statfs = new Uint32Array(32);
  readonly #statfsBytes = new Uint8Array(this.#statfs.buffer);
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #noPath = new Uint8Array(1);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  stat(path: string, follow: boolean, into: StatRecord): StatOutcome {
    const text = this.#libc.path(path);
    if (text === undefined) return "refused";
    const flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
    if (this.#libc.call.statx(AT_FDCWD, text, flags, STATX_BASIC_STATS, this.#statxBytes) !== 0) {
      const errno = this.#libc.errno();
      return errno === ENOENT || errno === ENOTDIR ? "absent" : "refused";
    }
    this.#copy(into);
    return "found";
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
    const text = this.#libc.path(path);
    if (text === undefined) return undefined;
    const fd = this.#libc.call.open(text, O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0) return undefined;
    try {
      const stat = this.#libc.call.statx(
        fd,
        this.#noPath,
        AT_EMPTY_PATH,
        STATX_BASIC_STATS,
        this.#statxBytes,
      );
      if (stat !== 0) return undefined;
      this.#copy(into);
      if (into.type !== "file") return undefined;
      const bytes = this.#readWhole(fd);
      return bytes === undefined
        ? undefined
        : use({ bytes: bytes.all, head: bytes.first, chunks: () => this.#chunks(fd, bytes.first) });
    } finally {
      this.#libc.call.close(fd);
    }
  }

  blindness(path: string): string | undefined {
    const text = this.#libc.path(path);
    if (text === undefined || this.#libc.call.statfs(text, this.#statfsBytes) !== 0) return "refused";
    return BLIND_FILE_SYSTEMS.get(this.#statfs[0]!);
  }

  isRemote(path: string): boolean {
    return this.blindness(path) !== undefined;
  }

  [Symbol.dispose](): void {
    this.#libc[Symbol.dispose]();
  }

  /** Reads to the end, whatever the stat said: the file may be growing, and files of /proc have no size. */
  #readWhole(fd: number): { all: Uint8Array | undefined; first: Uint8Array } | undefined {
    let buffer = this.#buffer;
    let length = 0;
    while (true) {
      const count = this.#read(fd, buffer.subarray(length));
      if (count < 0) return undefined;
      length += count;
      if (count === 0) break;
      if (length < buffer.length) continue;
      // nobody looks for anything in what is no text
      if (length >= WHOLE_LIMIT_BYTES || isBinary(buffer)) return { all: undefined, first: buffer };
      const larger = new Uint8Array(buffer.length * 4);
      larger.set(buffer);
      buffer = larger;
    }
    const all = buffer.subarray(0, length);
    return { all, first: all };
  }

  *#chunks(fd: number, first: Uint8Array): Iterable<Uint8Array> {
    yield first;
    while (true) {
      const count = this.#read(fd, this.#buffer);
      if (count < 0) throw new Error("Cannot read a file to its end");
      if (count === 0) return;
      yield this.#buffer.subarray(0, count);
    }
  }

  #read(fd: number, into: Uint8Array<ArrayBuffer>): number {
    return Number(this.#libc.call.read(fd, into, BigInt(into.length)));
  }

  /** struct statx, as 32-bit words. */
  #copy(into: StatRecord): void {
    const from = this.#statx;
    const to = into.identity;
    to[0] = from[10]!; // size
    to[1] = from[11]!;
    to[2] = from[28]!; // mtime
    to[3] = from[29]!;
    to[4] = from[30]!;
    to[5] = from[24]!; // ctime
    to[6] = from[25]!;
    to[7] = from[26]!;
    to[8] = from[8]!; // inode
    to[9] = from[9]!;
    to[10] = from[34]!; // device
    to[11] = from[35]!;
    into.links = from[4]!;
    into.mode = from[7]! & 0xffff;
    into.type = typeOfMode(into.mode);
  }
}

/** The kind of entry in the upper bits of a mode. */
function typeOfMode(mode: number): EntryType {
  switch (mode & 0o170000) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "folder";
    case 0o120000:
      return "link";
    default:
      return "special";
  }
}
