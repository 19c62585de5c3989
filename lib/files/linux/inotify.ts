import type { Change, Detail, EventSink, Watcher } from "../system.ts";
import { EACCES, ENOSPC, type Libc, O_CLOEXEC, O_NONBLOCK } from "./libc.ts";
import { MountTable } from "./mount_table.ts";

const IN_MODIFY = 0x2;
const IN_ATTRIB = 0x4;
const IN_CLOSE_WRITE = 0x8;
const IN_MOVED_FROM = 0x40;
const IN_MOVED_TO = 0x80;
const IN_CREATE = 0x100;
const IN_DELETE = 0x200;
const IN_DELETE_SELF = 0x400;
const IN_MOVE_SELF = 0x800;
const IN_UNMOUNT = 0x2000;
const IN_Q_OVERFLOW = 0x4000;
const IN_IGNORED = 0x8000;
const IN_ONLYDIR = 0x1000000;
const IN_DONT_FOLLOW = 0x2000000;
const IN_EXCL_UNLINK = 0x4000000;
const IN_MASK_ADD = 0x20000000;
const IN_ISDIR = 0x40000000;

const NAMES = IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF |
  IN_MOVE_SELF |
  IN_ONLYDIR | IN_EXCL_UNLINK | IN_DONT_FOLLOW | IN_MASK_ADD;

/** The masks; IN_MASK_ADD because two paths can lead to the same folder (bind mounts) and neither may lose what it asked. */
const MASKS: Readonly<Record<Detail, number>> = {
  names: NAMES,
  contents: NAMES | IN_MODIFY | IN_CLOSE_WRITE,
  links: IN_ATTRIB | IN_DONT_FOLLOW | IN_MASK_ADD,
  writes: IN_ATTRIB | IN_MODIFY | IN_CLOSE_WRITE | IN_DONT_FOLLOW | IN_MASK_ADD,
};

/** The inotify descriptor and the mount table. */
const POLLED = 2n;
const POLLIN = 1;
const POLLPRI = 2;
const BUFFER_BYTES = 64 * 1024;
/** An event's fixed part and the longest name. */
const LARGEST_EVENT_BYTES = 16 + 256;

/**
 * inotify, read without blocking when asked. The kernel queues an event inside the call that makes the change, so
 * when the queue is empty nothing that finished before is missing. The mount table is polled in the same call.
 */
export class Inotify implements Watcher {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #mounts: number;
  readonly #table = new MountTable();
  readonly #polled = new Int32Array(4);
  readonly #polledBytes = new Uint8Array(this.#polled.buffer);
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #words = new Int32Array(this.#buffer.buffer);

  /** Throws `Error` if the kernel gives no inotify instance. */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#fd = libc.call.inotify_init1(O_CLOEXEC | O_NONBLOCK);
    if (this.#fd < 0) throw new Error(`Cannot watch files: inotify_init1 failed with errno ${libc.errno()}`);
    this.#mounts = libc.call.open(libc.path("/proc/self/mountinfo")!, O_CLOEXEC, 0);
    if (this.#mounts < 0) {
      libc.call.close(this.#fd);
      throw new Error("Cannot watch files: the mount table can't be opened");
    }
    this.#polled.set([this.#fd, POLLIN, this.#mounts, POLLPRI]);
  }

  watch(path: string, detail: Detail): number | string {
    const text = this.#libc.path(path);
    if (text === undefined) return "path";
    const handle = this.#libc.call.inotify_add_watch(this.#fd, text, MASKS[detail]);
    if (handle >= 0) return handle;
    const errno = this.#libc.errno();
    return errno === ENOSPC ? "watch-limit" : errno === EACCES ? "permission" : "refused";
  }

  unwatch(handle: number): void {
    this.#libc.call.inotify_rm_watch(this.#fd, handle);
  }

  pending(): boolean {
    return this.#libc.call.poll(this.#polledBytes, POLLED, 0) > 0;
  }

  drain(sink: EventSink): void {
    // revents is the upper half of the word: a change of the mount table shows as POLLPRI | POLLERR, once.
    if (this.#polled[3]! >>> 16 !== 0) this.#mountsChanged(sink);
    while (true) {
      const length = Number(this.#libc.call.read(this.#fd, this.#buffer, BigInt(BUFFER_BYTES)));
      if (length <= 0) return;
      this.#deliver(length, sink);
      if (length <= BUFFER_BYTES - LARGEST_EVENT_BYTES) return;
    }
  }

  [Symbol.dispose](): void {
    this.#libc.call.close(this.#fd);
    this.#libc.call.close(this.#mounts);
  }

  #mountsChanged(sink: EventSink): void {
    const paths = this.#table.changes();
    if (paths === undefined) sink.reset("mounts");
    else for (const path of paths) sink.mounted(path);
  }

  #deliver(length: number, sink: EventSink): void {
    for (let at = 0; at < length;) {
      const handle = this.#words[at >> 2]!;
      const mask = this.#words[(at >> 2) + 1]!;
      const nameBytes = this.#words[(at >> 2) + 3]!;
      if ((mask & IN_Q_OVERFLOW) !== 0) sink.reset("events");
      else if (nameBytes === 0) this.#self(handle, mask, sink);
      else sink.entry(handle, changeOf(mask), this.#name(at + 16, nameBytes), (mask & IN_ISDIR) !== 0);
      at += 16 + nameBytes;
    }
  }

  #self(handle: number, mask: number, sink: EventSink): void {
    if ((mask & IN_IGNORED) !== 0) sink.gone(handle, true);
    else if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) !== 0) sink.gone(handle, false);
    else sink.touched(handle);
  }

  /** Names are padded with zeros; nearly all are short and ASCII, for which this beats a TextDecoder. */
  #name(start: number, length: number): string {
    let text = "";
    const end = start + length;
    for (let i = start; i < end; i++) {
      const byte = this.#buffer[i]!;
      if (byte === 0) break;
      if (byte >= 0x80) return decodeName(this.#buffer.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}

function decodeName(padded: Uint8Array): string {
  const end = padded.indexOf(0);
  return new TextDecoder().decode(end < 0 ? padded : padded.subarray(0, end));
}

function changeOf(mask: number): Change {
  if ((mask & (IN_CREATE | IN_MOVED_TO)) !== 0) return "came";
  if ((mask & (IN_DELETE | IN_MOVED_FROM)) !== 0) return "went";
  return (mask & IN_ISDIR) !== 0 ? "folder-attributes" : "content";
}
