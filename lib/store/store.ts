import type { Digest, DigestMemory } from "../core/mod.ts";
import type { InputSet, PathAndContent } from "./index/input_set.ts";

/** Outputs up to this size live in the index, larger ones as blob files. */
export const INLINE_LIMIT_BYTES = 4096;

/** How many entries a context keeps. */
export const MAX_ENTRIES_PER_CONTEXT = 16;

/** One produced file of a result. Exactly one of `blob` and `inline` is given. */
export interface StoredFile {
  readonly role: string;
  /** As the system has it, with the file's type if that is not a plain one, `WRITTEN_INTO` or `MADE_ANEW`. */
  readonly mode: number;
  readonly size: number;
  readonly blob?: Digest;
  readonly inline?: Uint8Array;
}

/** A file offered to the store. */
export interface OfferedFile {
  readonly role: string;
  readonly mode: number;
  /** Where it is, on the store's volume. */
  readonly source: string;
  /** Of its content, where who made it knows that. */
  readonly digest?: Digest | undefined;
}

/** What a tool did, as it is replayed. */
export interface StoredResult {
  readonly exit: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly files: readonly StoredFile[];
  /** How long the tool took, in milliseconds: the time a hit saves. */
  readonly toolMs: number;
}

/** One set of inputs under which a context gave a result, to be added. */
export interface NewEntry {
  /** Files the tool reported: path as spelled, content. A set: order and repetitions are not kept. */
  readonly found: Iterable<PathAndContent>;
  /** Places (as spelled) where a searched name existed and was not what the tool took. A set too. */
  readonly passedOver: readonly string[];
  readonly result: Digest;
}

/** The same as it is kept; equal sets are mostly one value. */
export interface StoredEntry extends NewEntry {
  readonly found: InputSet;
}

/** A file of a result, ready to be delivered: the blob's path, checked just now, or its bytes. */
export type ReadyFile =
  & { readonly role: string; readonly mode: number }
  & ({ readonly from: string } | { readonly inline: Uint8Array });

/** A result whose blobs are all there and unchanged. */
export interface ReadyResult {
  readonly result: StoredResult;
  readonly files: readonly ReadyFile[];
}

/** How many calls are remembered of a source. */
export const MAX_CALLS_PER_SOURCE = 8;

/** A compile as it was kept last: what later ones of the same source are compared with. */
export interface StoredCall {
  /** The key of everything but file contents. */
  readonly base: Digest;
  /** The key under which its entry was filed. */
  readonly context: Digest;
  readonly toolchain: Digest;
  /** Files named by the call itself: absolute path, content. */
  readonly own: readonly (readonly [path: string, content: string])[];
  /** What `base` was made of besides the toolchain, in order; undefined to leave what is known of this base as it is. */
  readonly facts: readonly (readonly [label: string, value: string])[] | undefined;
  /** Wall clock, in whole ms. */
  readonly atMs: number;
}

/** What `clear` removed. */
export interface Cleared {
  readonly results: number;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** Sizes and counts for `status`. */
export interface StoreSummary {
  readonly results: number;
  readonly blobs: number;
  readonly blobBytes: number;
  readonly budgetBytes: number;
  readonly contexts: number;
  /** Bytes of results that live in the index: streams and small outputs. */
  readonly inlineBytes: number;
  /** Files whose digest is remembered. */
  readonly rememberedFiles: number;
  /** Since the store was opened: blobs dropped for the budget or their age. */
  readonly evictedBlobs: number;
  /** Since the store was opened: blobs found changed or missing, and dropped. */
  readonly damagedBlobs: number;
  /** Since the store was opened: times a blob file could not be deleted. */
  readonly undeletedBlobs: number;
}

/** How full a store is. */
export interface StoreUsage {
  readonly results: number;
  /** Of blobs and of what lives in the index. */
  readonly bytes: number;
  /** Since the store was opened: blobs dropped for the budget or their age. */
  readonly evicted: number;
}

/**
 * Results and the inputs they hold for, on disk. Look-ups are synchronous and never throw for damage: what is
 * damaged is dropped, counted and gone. Writes are visible at once and reach the disk soon after.
 */
export interface Store extends AsyncDisposable {
  /** The entries of a context, the most recently used first. */
  entries(context: Digest): readonly StoredEntry[];

  /**
   * Adds an entry (a context keeps a bounded number, the least recently used goes first) and gives it as it is kept;
   * undefined if it can't be.
   */
  addEntry(context: Digest, entry: NewEntry): StoredEntry | undefined;

  /** Notes that an entry that this store gave answered a request. */
  touch(context: Digest, entry: StoredEntry): void;

  /** A result with its files checked (size, mtime, ctime of each blob; hashed again if they differ). */
  ready(result: Digest): ReadyResult | undefined;

  /**
   * Files a result: each `source` is a file below the root's `tmp/`, on the same volume, that the store takes over (moves or
   * deletes). Resolves to false if it could not be kept (full disk, vanished file); then nothing of it remains.
   */
  put(
    id: Digest,
    result: Omit<StoredResult, "files">,
    files: readonly OfferedFile[],
  ): Promise<boolean>;

  /** Whether a result that isn't ready was found damaged since the store was opened, and not dropped for the budget or its age. */
  wasDamaged(result: Digest): boolean;

  /** The sources (absolute paths) of noted calls that were made of this fact and others, which doesn't name the source. */
  sources(fact: readonly [label: string, value: string]): readonly string[];

  /** The calls that were noted of a source (an absolute path), the latest first. */
  calls(source: string): readonly StoredCall[];

  /** Notes a call as its source's latest (of each source a bounded number is kept). */
  noteCall(source: string, call: StoredCall): void;

  /** Small values that belong to the daemon (tool identities), by name. */
  note(name: string): string | undefined;
  setNote(name: string, value: string): void;

  /** Digests of input files that survive a restart. */
  readonly digests: DigestMemory;

  /** Evicts down to the budget, least recently used first. Runs by itself after a `put` that exceeds it. */
  trim(): Promise<void>;

  /**
   * One bounded piece (a few milliseconds) of the housekeeping that nothing waits for: files without a row, rows that nobody
   * uses, writing the index back. Resolves to whether more is left; to be called while nothing else is to be done.
   */
  sweep(): Promise<boolean>;

  /** Drops everything. Safe while results are being delivered. */
  clear(): Promise<Cleared>;

  summary(): StoreSummary;

  /** What of the summary is known without counting. */
  usage(): StoreUsage;

  /** Writes what is pending. */
  flush(): void;
}
