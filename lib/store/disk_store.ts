import type { Digest, DigestMemory } from "../core/mod.ts";
import type { BlobDir } from "./blobs/blob_dir.ts";
import type { IdentityReader } from "./blobs/file_identity.ts";
import type { IndexGuard } from "./index/index_guard.ts";
import { type Intake, removeStaged } from "./blobs/intake.ts";
import type { ResultShelf } from "./result_shelf.ts";
import type {
  Cleared,
  NewEntry,
  OfferedFile,
  ReadyResult,
  Store,
  StoredCall,
  StoredEntry,
  StoredResult,
  StoreSummary,
  StoreUsage,
} from "./store.ts";
import type { Sweeper } from "./upkeep/sweeper.ts";
import type { Trimmer } from "./upkeep/trimmer.ts";

/** What a store on disk is made of. */
export interface DiskStoreParts {
  readonly guard: IndexGuard;
  readonly blobs: BlobDir;
  readonly shelf: ResultShelf;
  readonly intake: Intake;
  readonly trimmer: Trimmer;
  readonly sweeper: Sweeper;
  readonly reader: IdentityReader;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly budgetBytes: number;
}

/** The store below a root; see docs/format.md for what lies there. */
export class DiskStore implements Store {
  readonly digests: DigestMemory;
  readonly #parts: DiskStoreParts;
  readonly #puts = new Set<Promise<boolean>>();
  #closed = false;

  constructor(parts: DiskStoreParts) {
    this.#parts = parts;
    const { guard } = parts;
    this.digests = {
      get: (path) => guard.read(undefined, (index) => index.digests.get(path)),
      put: (path, entry) => guard.write(undefined, (index) => index.digests.put(path, entry)),
    };
  }

  entries(context: Digest): readonly StoredEntry[] {
    return this.#parts.guard.read<readonly StoredEntry[]>([], (index) => index.entries.read(context));
  }

  addEntry(context: Digest, entry: NewEntry): StoredEntry | undefined {
    const { guard, now } = this.#parts;
    return guard.write<StoredEntry | undefined>(
      undefined,
      (index) => index.entries.add(context, entry, now()),
    );
  }

  touch(context: Digest, entry: StoredEntry): void {
    const { guard, now } = this.#parts;
    if (guard.read(false, (index) => index.entries.touch(context, entry, now()))) guard.commitSoon();
  }

  ready(result: Digest): ReadyResult | undefined {
    return this.#parts.shelf.ready(result);
  }

  put(id: Digest, result: Omit<StoredResult, "files">, files: readonly OfferedFile[]): Promise<boolean> {
    const mine = this.#put(id, result, files).finally(() => this.#puts.delete(mine));
    this.#puts.add(mine);
    return mine;
  }

  wasDamaged(result: Digest): boolean {
    return this.#parts.shelf.wasDamaged(result);
  }

  sources(fact: readonly [label: string, value: string]): readonly string[] {
    return this.#parts.guard.read<readonly string[]>([], (index) => index.calls.sources(fact));
  }

  calls(source: string): readonly StoredCall[] {
    return this.#parts.guard.read<readonly StoredCall[]>([], (index) => index.calls.read(source));
  }

  noteCall(source: string, call: StoredCall): void {
    this.#parts.guard.write(undefined, (index) => index.calls.note(source, call));
  }

  note(name: string): string | undefined {
    return this.#parts.guard.read(undefined, (index) => index.notes.get(name));
  }

  setNote(name: string, value: string): void {
    this.#parts.guard.write(undefined, (index) => index.notes.set(name, value));
  }

  trim(): Promise<void> {
    return this.#parts.trimmer.trim();
  }

  sweep(): Promise<boolean> {
    return this.#parts.sweeper.step();
  }

  async clear(): Promise<Cleared> {
    const { guard, blobs, now } = this.#parts;
    const cleared = guard.read({ results: 0, entries: 0, files: 0, bytes: 0 }, (index) => {
      const { results, blobs, blobBytes, resultBytes } = index.totals.now;
      return { results, entries: index.entries.count(), files: blobs, bytes: blobBytes + resultBytes };
    });
    // Rows first: a blob without a row is only a stray, a row without its blob would be taken for damage.
    guard.renew();
    blobs.dropAll(now());
    this.#parts.sweeper.restart();
    await blobs.removeDropped();
    return cleared;
  }

  summary(): StoreSummary {
    const { guard, shelf, trimmer, budgetBytes } = this.#parts;
    const counts = guard.read({ ...NOTHING }, (index) => {
      const { results, blobs, blobBytes, resultBytes } = index.totals.now;
      const contexts = index.entries.countContexts();
      const rememberedFiles = index.digests.count();
      return { results, blobs, blobBytes, inlineBytes: resultBytes, contexts, rememberedFiles };
    });
    return {
      ...counts,
      budgetBytes,
      evictedBlobs: trimmer.evicted,
      damagedBlobs: shelf.damaged,
      undeletedBlobs: shelf.undeleted,
    };
  }

  usage(): StoreUsage {
    const { guard, trimmer } = this.#parts;
    const now = guard.read({ results: 0, bytes: 0 }, ({ totals }) => {
      const { results, blobBytes, resultBytes } = totals.now;
      return { results, bytes: blobBytes + resultBytes };
    });
    return { ...now, evicted: trimmer.evicted };
  }

  flush(): void {
    this.#parts.guard.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#puts);
    await this.#parts.trimmer.stop();
    await this.#parts.sweeper.stop();
    this.#parts.guard[Symbol.dispose]();
    this.#parts.reader[Symbol.dispose]();
  }

  async #put(
    id: Digest,
    result: Omit<StoredResult, "files">,
    files: readonly OfferedFile[],
  ): Promise<boolean> {
    const { intake, shelf, trimmer, log } = this.#parts;
    const staged = this.#closed ? undefined : await intake.stage(files);
    if (staged === undefined) {
      removeStaged(files);
      return false;
    }
    // From here to the end of file() nothing else runs: a clear() comes before or after, never in between.
    const filed = shelf.file(id, result, staged);
    if (filed && trimmer.isDue) trimmer.trim().catch((error) => log(`store: eviction failed: ${error}`));
    return filed;
  }
}

const NOTHING = { results: 0, blobs: 0, blobBytes: 0, inlineBytes: 0, contexts: 0, rememberedFiles: 0 };
