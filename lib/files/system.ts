import { IDENTITY_WORDS } from "./identity.ts";

/** What stands at a path, as far as the view cares. */
export type EntryType = "file" | "folder" | "link" | "special";

/** The answer to a stat, filled in place so that asking allocates nothing. */
export class StatRecord {
  /** See `identity.ts` for the meaning of the words. */
  readonly identity: Uint32Array = new Uint32Array(IDENTITY_WORDS);
  type: EntryType = "special";
  mode = 0;
  links = 0;
}

/** Whether there is an entry, none, or no way to tell (permission, a loop of links, an I/O error). */
export type StatOutcome = "found" | "absent" | "refused";

/** The bytes of a regular file and its stat taken on the open file before the first byte was read. */
export interface OpenedFile {
  /** All bytes, or undefined if the file is larger than the limit or large and no text; valid until the next `open`. */
  readonly bytes: Uint8Array | undefined;
  /** The first bytes: all of a small file. */
  readonly head: Uint8Array;
  /** The bytes piece by piece; each piece is valid until the next. Throws `Error` if reading fails. */
  chunks(): Iterable<Uint8Array>;
}

/** The file system, as the view asks it. One implementation a platform; all calls are synchronous. */
export interface Disk extends Disposable {
  /** Fills `into`; `follow` = through a link at the end of the path. */
  stat(path: string, follow: boolean, into: StatRecord): StatOutcome;
  /** The text of a link; undefined if it is none (any more). */
  readLink(path: string): string | undefined;
  /** The path with links followed; undefined if it leads nowhere or can't be followed. */
  realPath(path: string): string | undefined;
  /** The names in a folder; undefined if it can't be listed. */
  list(path: string): string[] | undefined;
  /**
   * Opens a regular file, calls `use` and closes it. `into` gets the stat of the open file. Undefined if it is
   * absent, not regular or can't be read.
   */
  open<T>(path: string, into: StatRecord, use: (file: OpenedFile) => T): T | undefined;
  /** Why events about this folder can't be trusted, by the kind of its file system; undefined if they can. */
  blindness(path: string): string | undefined;
  /** Whether the time stamps of a file may come from another machine's clock. */
  isRemote(path: string): boolean;
}

/**
 * What an event says about an entry of a folder: its bytes or attributes changed, the attributes of a folder that stands
 * there changed, an entry came under this name (perhaps in place of another), the entry went.
 */
export type Change = "content" | "folder-attributes" | "came" | "went";

/** Takes the events of a watcher, in their order. */
export interface EventSink {
  /** Something about the entry `name` of a watched folder. */
  entry(handle: number, change: Change, name: string, isFolder: boolean): void;
  /** The attributes or the content of the watched thing itself. */
  touched(handle: number): void;
  /** The watched thing moved, went or was unmounted; `ended` = its watch is gone as well. */
  gone(handle: number, ended: boolean): void;
  /** A file system was mounted at a path, or taken away from there: what is known of it and below can't be relied on. */
  mounted(path: string): void;
  /** Events were lost: nothing known can be relied on. `mounts` = something was mounted or taken away, nobody knows where. */
  reset(lost: "events" | "mounts"): void;
}

/**
 * How much is asked about a watched folder: its entries coming, going and changing attributes (`names`), and the content of
 * its files as well (`contents`); about a file: its attributes and its number of links (`links`), and writes to it,
 * whatever name they go through (`writes`).
 */
export type Detail = "names" | "contents" | "links" | "writes";

/**
 * Event source of one platform. `watch` gives a handle (≥ 0), the same one for the same thing however it is reached, and
 * adds detail when called again; or the reason why it can't.
 */
export interface Watcher extends Disposable {
  watch(path: string, detail: Detail): number | string;
  unwatch(handle: number): void;
  /** Whether `drain` has something to give: one cheap call. */
  pending(): boolean;
  /** Gives everything that happened until now. */
  drain(sink: EventSink): void;
}
