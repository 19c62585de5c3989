import { type Digest, LruMap } from "../core/mod.ts";
import type { BlobDir } from "./blobs/blob_dir.ts";
import type { BlobRow } from "./index/blob_table.ts";
import { PROVEN, SUSPECT } from "./boot.ts";
import type { FileIdentity } from "./blobs/file_identity.ts";
import { isFileError } from "./blobs/file_identity.ts";
import type { Index } from "./index/index.ts";
import type { IndexGuard } from "./index/index_guard.ts";
import { removeStaged, type StagedFile } from "./blobs/intake.ts";
import type { ResultRow } from "./index/result_table.ts";
import type { ReadyFile, ReadyResult, StoredFile, StoredResult } from "./store.ts";

/** What the shelf works with. */
export interface ShelfOptions {
  readonly guard: IndexGuard;
  readonly blobs: BlobDir;
  readonly now: () => number;
  /** The number of this start of the machine. */
  readonly boot: number;
  /** How far apart two changes must be to show as different times, in milliseconds. */
  readonly resolutionMs: number;
}

interface KeptBlob {
  readonly row: BlobRow;
  readonly path: string;
}

interface KeptResult {
  readonly id: number;
  readonly ready: ReadyResult;
  readonly blobs: readonly KeptBlob[];
  readonly weight: number;
  used: number;
}

/** Memory for results that were asked for lately, in bytes. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** How many results dropped for damage are remembered, to say so. */
const DROPPED_LIMIT = 1000;
/** How old a recorded use may be before it is written again. */
const USE_GRAIN_MS = 60_000;
/** Coarser time stamps than this can hide a change made right after the check. */
const COARSE_MS = 100;

/** Results together with their blobs: rows and files are added and removed here, always both. */
export class ResultShelf {
  readonly #options: ShelfOptions;
  readonly #kept = new LruMap<Digest, KeptResult>({ limit: KEPT_BYTES, weigh: (kept) => kept.weight });
  /** Results that were dropped because a blob of theirs was damaged. */
  readonly #dropped = new LruMap<Digest, true>({ limit: DROPPED_LIMIT, weigh: () => 1 });
  #damaged = 0;
  #undeleted = 0;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Blobs found changed or missing. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Whether a result was dropped because a blob of its was found changed or missing. */
  wasDamaged(digest: Digest): boolean {
    return this.#dropped.get(digest) === true;
  }

  /** Times a blob file could not be deleted. */
  get undeleted(): number {
    return this.#undeleted;
  }

  /** A result whose blobs are all there and unchanged. */
  ready(digest: Digest): ReadyResult | undefined {
    const kept = this.#kept.get(digest) ?? this.#load(digest);
    if (kept === undefined) return undefined;
    for (const blob of kept.blobs) {
      if (this.#trusted(blob.row) && this.#options.blobs.hasIdentity(blob.path, blob.row.identity)) continue;
      if (this.#verify(blob)) continue;
      this.#dropDamaged(blob.row);
      return undefined;
    }
    this.#noteUse(kept);
    return kept.ready;
  }

  /** Files a result. Returns whether it was kept; if not, nothing of it remains. */
  file(digest: Digest, result: Omit<StoredResult, "files">, staged: readonly StagedFile[]): boolean {
    // Without an index nothing is placed: the blobs there may be another daemon's.
    const placed = this.#options.guard.read(false, () => true) ? this.#place(staged) : undefined;
    const filed = placed !== undefined && this.#options.guard.write(false, (index) => {
      const old = index.results.find(digest);
      if (old !== undefined) index.results.remove(old);
      const files = staged.map(toStoredFile);
      const id = index.results.add(digest, { ...result, files }, this.#options.now());
      for (const [blob, identity] of placed.blobs) {
        index.blobs.link(index.blobs.add(blob, identity, this.#bootOf(identity)), id);
      }
      if (old !== undefined) this.#releaseBlobs(index, old);
      return true;
    });
    if (!filed && placed !== undefined) this.#removeUnfiled([...placed.blobs.keys()]);
    removeStaged(staged.filter(({ source }) => placed?.moved.has(source) !== true));
    this.#kept.delete(digest);
    return filed;
  }

  /** Removes a result, and the blobs that nothing else needs. Returns how many blobs went. */
  remove(index: Index, row: ResultRow): number {
    this.#kept.delete(row.digest);
    index.results.remove(row);
    return this.#releaseBlobs(index, row);
  }

  /** Tries again to delete blobs that no result needs. Returns how many went. */
  removeUnused(index: Index, limit: number): number {
    return index.blobs.unused(limit).filter((row) => this.#removeBlob(index, row)).length;
  }

  /** Drops what is in memory. */
  forget(): void {
    this.#kept.clear();
  }

  #load(digest: Digest): KeptResult | undefined {
    const { guard } = this.#options;
    const row = guard.read(undefined, (index) => index.results.find(digest));
    if (row === undefined) return undefined;
    const kept = guard.read(undefined, (index) => this.#assemble(index, row));
    if (kept !== undefined) this.#kept.set(digest, kept);
    else guard.write(undefined, (index) => void this.remove(index, row));
    return kept;
  }

  /** A result with its blobs' rows; undefined if one is missing. */
  #assemble(index: Index, row: ResultRow): KeptResult | undefined {
    const blobs: KeptBlob[] = [];
    const files: ReadyFile[] = [];
    for (const { role, mode, blob, inline } of row.result.files) {
      if (blob === undefined) {
        files.push({ role, mode, inline: inline ?? new Uint8Array(0) });
        continue;
      }
      const found = index.blobs.find(blob);
      if (found === undefined) return undefined;
      const path = this.#options.blobs.pathOf(blob);
      blobs.push({ row: found, path });
      files.push({ role, mode, from: path });
    }
    const weight = row.bytes + 512 * (files.length + 1);
    return { id: row.id, ready: { result: row.result, files }, blobs, weight, used: row.used };
  }

  /** Whether the bytes are known to be those that were filed, as long as the identity holds. */
  #trusted(row: BlobRow): boolean {
    return row.boot === PROVEN || row.boot === this.#options.boot;
  }

  /**
   * Hashes a blob whose identity moved or which was filed before the machine's last start. A moved ctime alone is usual:
   * each hard link made or removed moves it.
   */
  #verify({ row, path }: KeptBlob): boolean {
    const identity = this.#options.blobs.verify(path, row.digest);
    if (identity === undefined) return false;
    const fromEarlierStart = row.boot !== SUSPECT && !this.#trusted(row);
    const boot = this.#bootOf(identity);
    const proven = fromEarlierStart && boot !== SUSPECT ? PROVEN : boot;
    this.#options.guard.write(undefined, (index) => index.blobs.renew(row, identity, proven));
    return true;
  }

  /** With coarse time stamps a blob changed a moment ago could change again unseen: it is hashed once more later. */
  #bootOf(identity: FileIdentity): number {
    const { resolutionMs, boot, now } = this.#options;
    const settled = resolutionMs <= COARSE_MS || now() - identity.ctimeS * 1000 > 2 * resolutionMs;
    return settled ? boot : SUSPECT;
  }

  #dropDamaged(row: BlobRow): void {
    this.#damaged++;
    this.#options.guard.write(undefined, (index) => {
      for (const id of index.blobs.users(row)) {
        const user = index.results.byId(id);
        if (user === undefined) continue;
        this.#dropped.set(user.digest, true);
        this.remove(index, user);
      }
      this.#removeBlob(index, row);
    });
  }

  #noteUse(kept: KeptResult): void {
    const now = this.#options.now();
    if (Math.abs(now - kept.used) < USE_GRAIN_MS) return;
    kept.used = now;
    this.#options.guard.read(undefined, (index) => index.results.noteUse(kept.id, now));
    this.#options.guard.commitSoon();
  }

  #place(staged: readonly StagedFile[]): Placed | undefined {
    const placed: Placed = { blobs: new Map(), moved: new Set() };
    try {
      for (const file of staged) {
        if ("inline" in file || placed.blobs.has(file.digest)) continue;
        const known = this.#options.guard.read(undefined, (index) => index.blobs.find(file.digest));
        const there = known !== undefined && this.#trusted(known) &&
          this.#options.blobs.hasIdentity(this.#options.blobs.pathOf(file.digest), known.identity);
        const identity = there ? known.identity : this.#options.blobs.place(file.source, file.digest);
        placed.blobs.set(file.digest, identity);
        if (!there) placed.moved.add(file.source);
      }
      return placed;
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#removeUnfiled([...placed.blobs.keys()]);
      return undefined;
    }
  }

  /** Removes blobs that were placed for a result that could not be filed. */
  #removeUnfiled(digests: readonly Digest[]): void {
    for (const digest of digests) {
      const filed = this.#options.guard.read(true, (index) => index.blobs.find(digest) !== undefined);
      if (!filed) this.#options.blobs.remove(digest);
    }
  }

  #releaseBlobs(index: Index, row: ResultRow): number {
    let removed = 0;
    for (const { blob } of row.result.files) {
      const found = blob === undefined ? undefined : index.blobs.find(blob);
      if (found !== undefined && index.blobs.unlink(found, row.id) && this.#removeBlob(index, found)) {
        removed++;
      }
    }
    return removed;
  }

  /** A file that can't be deleted keeps its row, so that it still counts and is tried again. */
  #removeBlob(index: Index, row: BlobRow): boolean {
    if (!this.#options.blobs.remove(row.digest)) {
      this.#undeleted++;
      return false;
    }
    index.blobs.remove(row);
    return true;
  }
}

/** Blobs that are in their places, and the files that became them: these have no other name any more. */
interface Placed {
  readonly blobs: Map<Digest, FileIdentity>;
  readonly moved: Set<string>;
}

function toStoredFile(file: StagedFile): StoredFile {
  const { role, mode, size } = file;
  return "inline" in file
    ? { role, mode, size, inline: file.inline }
    : { role, mode, size, blob: file.digest };
}
