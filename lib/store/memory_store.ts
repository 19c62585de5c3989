import {
  budgetBytes as budgetOf,
  type Digest,
  type DigestMemory,
  type RememberedDigest,
} from "../core/mod.ts";
import { removeFile } from "./blobs/blob_dir.ts";
import { isFileError } from "./blobs/file_identity.ts";
import { InputSet, PairTable } from "./index/input_set.ts";
import type { StoreOptions } from "./open_store.ts";
import {
  type Cleared,
  MAX_CALLS_PER_SOURCE,
  MAX_ENTRIES_PER_CONTEXT,
  type NewEntry,
  type OfferedFile,
  type ReadyResult,
  type Store,
  type StoredCall,
  type StoredEntry,
  type StoredResult,
  type StoreSummary,
  StoreUsage,
} from "./store.ts";

/** A store that lives as long as it is held, for tests: all its files are inline. */
export function openMemoryStore(options: Pick<StoreOptions, "budget">): Store {
  return new MemoryStore(budgetOf(options.budget, 0));
}

class MemoryStore implements Store {
  readonly digests: DigestMemory;
  readonly #budgetBytes: number;
  readonly #pairs = new PairTable();
  readonly #contexts = new Map<Digest, StoredEntry[]>();
  readonly #results = new Map<Digest, ReadyResult>();
  readonly #calls = new Map<string, readonly StoredCall[]>();
  readonly #notes = new Map<string, string>();
  readonly #digests = new Map<string, RememberedDigest>();
  #evicted = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
    this.digests = {
      get: (path) => this.#digests.get(path),
      put: (path, entry) => void this.#digests.set(path, entry),
    };
  }

  entries(context: Digest): readonly StoredEntry[] {
    return [...this.#contexts.get(context) ?? []];
  }

  addEntry(context: Digest, { found, passedOver, result }: NewEntry): StoredEntry {
    const pairs = Array.from(found, ([path, content]) => this.#pairs.add(path, content));
    const entry = { found: new InputSet(this.#pairs, pairs), passedOver, result };
    const key = inputsOf(entry);
    const others = (this.#contexts.get(context) ?? []).filter((other) => inputsOf(other) !== key);
    this.#contexts.set(context, [entry, ...others].slice(0, MAX_ENTRIES_PER_CONTEXT));
    return entry;
  }

  touch(context: Digest, entry: StoredEntry): void {
    const list = this.#contexts.get(context) ?? [];
    if (!list.includes(entry)) return;
    this.#contexts.set(context, [entry, ...list.filter((other) => other !== entry)]);
  }

  ready(result: Digest): ReadyResult | undefined {
    const found = this.#results.get(result);
    if (found === undefined) return undefined;
    this.#results.delete(result);
    this.#results.set(result, found);
    return found;
  }

  async put(
    id: Digest,
    result: Omit<StoredResult, "files">,
    files: readonly OfferedFile[],
  ): Promise<boolean> {
    try {
      const read = await Promise.all(files.map(async ({ role, mode, source }) => {
        const inline = await Deno.readFile(source);
        return { role, mode, size: inline.length, inline };
      }));
      this.#results.delete(id);
      this.#results.set(id, { result: { ...result, files: read }, files: read });
      return true;
    } catch (error) {
      if (!isFileError(error)) throw error;
      return false;
    } finally {
      for (const { source } of files) removeFile(source);
    }
  }

  wasDamaged(): boolean {
    return false;
  }

  sources([label, value]: readonly [label: string, value: string]): readonly string[] {
    const has = ({ facts }: StoredCall) => facts?.some(([a, b]) => a === label && b === value) ?? false;
    return [...this.#calls].flatMap(([source, calls]) => calls.some(has) ? source : []).sort();
  }

  calls(source: string): readonly StoredCall[] {
    return this.#calls.get(source) ?? [];
  }

  noteCall(source: string, call: StoredCall): void {
    const calls = this.calls(source);
    const facts = call.facts ?? calls.find((known) => known.base === call.base)?.facts;
    if (facts === undefined) return;
    const others = calls.filter((other) => other.base !== call.base);
    this.#calls.set(source, [{ ...call, facts }, ...others].slice(0, MAX_CALLS_PER_SOURCE));
  }

  note(name: string): string | undefined {
    return this.#notes.get(name);
  }

  setNote(name: string, value: string): void {
    this.#notes.set(name, value);
  }

  trim(): Promise<void> {
    for (const id of this.#results.keys()) {
      if (this.#bytes() <= this.#budgetBytes) break;
      this.#results.delete(id);
      this.#evicted++;
    }
    return Promise.resolve();
  }

  sweep(): Promise<boolean> {
    return Promise.resolve(false);
  }

  clear(): Promise<Cleared> {
    const entries = [...this.#contexts.values()].reduce((sum, list) => sum + list.length, 0);
    const cleared = { results: this.#results.size, entries, files: 0, bytes: this.#bytes() };
    for (const map of [this.#contexts, this.#results, this.#calls, this.#notes, this.#digests]) map.clear();
    return Promise.resolve(cleared);
  }

  summary(): StoreSummary {
    return {
      results: this.#results.size,
      blobs: 0,
      blobBytes: 0,
      budgetBytes: this.#budgetBytes,
      contexts: this.#contexts.size,
      inlineBytes: this.#bytes(),
      rememberedFiles: this.#digests.size,
      evictedBlobs: this.#evicted,
      damagedBlobs: 0,
      undeletedBlobs: 0,
    };
  }

  usage(): StoreUsage {
    return { results: this.#results.size, bytes: this.#bytes(), evicted: this.#evicted };
  }

  flush(): void {}

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #bytes(): number {
    let sum = 0;
    for (const { result } of this.#results.values()) {
      sum += result.stdout.length + result.stderr.length;
      for (const { size } of result.files) sum += size;
    }
    return sum;
  }
}

function inputsOf({ found, passedOver }: StoredEntry): string {
  return JSON.stringify([found.pairs(), [...new Set(passedOver)].sort()]);
}
