import { type ContentFacts, type Digest, DIGEST_BYTES } from "../core/mod.ts";
import type { Original } from "./originals.ts";

export type { ContentFacts, DigestMemory, RememberedDigest } from "../core/mod.ts";
export type { Original, SeenFile } from "./originals.ts";

/** A tracked path: a small integer, valid as long as the view lives. The same normalised absolute path always has the same one. */
export type FileId = number;

/** A moment in the view's own time: it grows whenever something tracked may have changed. */
export type Generation = number;

/** What is at a path: the content's digest, or why there is none. */
export type FileState = Digest | "absent" | "folder" | "special" | "unreadable";

/** Whether a file can be read. A question about each header of each compile, for which `isDigest` looks too closely. */
export function isContent(state: FileState): state is Digest {
  return state.length === 2 * DIGEST_BYTES;
}

/** What stat says of a file. */
export interface FileStat {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly mode: number;
}

/** How the view learns of changes below a folder. */
export interface Coverage {
  /** Folders watched by events. */
  readonly watchedFolders: number;
  /** Files validated by stat at every question, by reason (`watch-limit`, `network`, `hard-link`, `switched-off` …). */
  readonly byStat: Readonly<Record<string, number>>;
  /** Most folders and files that are watched by events. */
  readonly limit: number;
  /** Times after which everything was checked again: events were lost, or where a mount changed could not be told. */
  readonly resets: number;
}

/**
 * The daemon's picture of the file system. After `barrier()` returns, every answer is as of a moment not earlier than the
 * call: a change that was finished before the barrier is never missed (docs/freshness.md has the exact promise).
 * All calls are synchronous; nothing changes between a barrier and the next.
 */
export interface FileView extends Disposable {
  /** Takes in everything that happened until now. */
  barrier(): void;

  /** The current generation; bumped by every event on a tracked path or folder. */
  readonly generation: Generation;

  /** Begins to track a path (normalised, absolute; it may be absent): its folder and all ancestors, and those of link targets, are watched. */
  track(path: string): FileId;

  /**
   * The same for an installed file that is too large to be read for each start: its state is a digest of its stat identity
   * (size, times, inode, device), not of its content.
   */
  trackIdentity(path: string): FileId;

  /** The path of an id. */
  pathOf(id: FileId): string;

  /** What is at the path now (hashes when needed; links followed). Reads the file when its content isn't known. */
  state(id: FileId): FileState;

  /**
   * Says that the file at a path is about to become a copy of another one, whose content is known and was checked just now. Then
   * it will be compared with that before it is hashed, which is several times faster for a large file.
   */
  expectCopy(path: string, original: Original): void;

  /** Facts about the content with this digest; undefined if no file with it was hashed by this view or restored. */
  facts(digest: Digest): ContentFacts | undefined;

  /**
   * Whether any of the files is, or may be, something else than at `since`, a generation read after its `state()` was asked.
   * True for a file not asked since it last may have changed; changed and changed back before anybody asked is unchanged
   * (`unchangedSince` is about what happened meanwhile). Files without events are asked by stat here.
   */
  changedSince(ids: Int32Array, since: Generation): boolean;

  /** Whether `changedSince` is false whatever is asked; false where it would have to look. */
  quietSince(since: Generation): boolean;

  /**
   * Whether a name exists (file, folder or link) at this normalised absolute path, from the folder listings that the
   * view keeps; the place where it would appear is watched from then on and `namesGeneration` moves when the answer may change.
   */
  exists(path: string): boolean;

  /**
   * Where a path leads when links are followed: the path itself where it leads nowhere, or can't be told. `namesGeneration`
   * moves when the answer may change.
   */
  realPath(path: string): string;

  /**
   * All the names in a folder as one digest, its own links followed; undefined where there is no folder or it can't be listed.
   * `namesGeneration` moves when the answer may change.
   */
  namesIn(path: string): Digest | undefined;

  /** Whether no name provably came to or went from the folder after `since`, as for `unchangedSince`. */
  namesUnchangedSince(path: string, since: Generation, startedAtMs: number): boolean;

  /**
   * Bumped when an entry appears or goes, or a tracked file becomes something else, whose name some `exists()` question or
   * tracked path contains.
   */
  readonly namesGeneration: Generation;

  /** Watches a folder (if it exists) so that changes to files in it are known from now on even before they are tracked. */
  watchFolder(path: string): void;

  /**
   * Whether what is at the path (a file, a folder, nothing) was provably not touched after `since` (a generation that was current at `startedAtMs`, wall clock):
   * by events if its folder was watched by then, else by its time stamps with a margin for coarse clocks.
   */
  unchangedSince(id: FileId, since: Generation, startedAtMs: number): boolean;

  /** Time stamps for `__TIMESTAMP__`-like needs and listings: undefined if absent. */
  stat(id: FileId): FileStat | undefined;

  /**
   * Ends all watches at or below a folder, so that it can be removed; gives how many tracked files were there. Their ids stay
   * good: they are found again when next asked for.
   */
  release(path: string): number;

  readonly coverage: Coverage;
}
