import { type ContentFacts, type Digest, digestBytes, digestText } from "../core/mod.ts";
import { factsOf } from "./content_facts.ts";
import type { Original } from "./originals.ts";
import type { Coverage, FileId, FileStat, FileState, FileView, Generation } from "./file_view.ts";

interface FakeEntry {
  readonly state: FileState;
  readonly size: number;
}

/**
 * A file system and its view in memory, for tests of what stands above. What is written shows at once: there is nothing
 * for a barrier to wait for. Folders are there as long as something is in them, or when they were made.
 */
export class FakeFileView implements FileView {
  readonly #entries = new Map<string, FakeEntry>();
  readonly #facts = new Map<Digest, ContentFacts>();
  readonly #paths: string[] = [];
  readonly #ids = new Map<string, FileId>();
  readonly #changedAt = new Map<string, Generation>();
  readonly #watched = new Set<string>();
  #generation: Generation = 1;
  #namesGeneration: Generation = 1;
  /** How often `barrier()` was called. */
  barriers = 0;

  get generation(): Generation {
    return this.#generation;
  }

  get namesGeneration(): Generation {
    return this.#namesGeneration;
  }

  get coverage(): Coverage {
    return { watchedFolders: this.#watched.size, byStat: {}, limit: Infinity, resets: 0 };
  }

  /** Puts a file there. */
  write(path: string, text: string): void {
    const bytes = new TextEncoder().encode(text);
    const digest = digestBytes(bytes);
    this.#facts.set(digest, factsOf(bytes, digest, true));
    this.put(path, digest, bytes.length);
  }

  /** Puts anything there. */
  put(path: string, state: FileState, size = 0): void {
    if (!this.exists(path)) this.#namesGeneration++;
    this.#entries.set(path, { state, size });
    this.#changedAt.set(path, ++this.#generation);
  }

  /** Takes away what is at or below a path. */
  remove(path: string): void {
    this.#generation++;
    this.#namesGeneration++;
    for (const there of this.#entries.keys()) {
      if (there !== path && !there.startsWith(`${path}/`)) continue;
      this.#entries.delete(there);
      this.#changedAt.set(there, this.#generation);
    }
  }

  barrier(): void {
    this.barriers++;
  }

  track(path: string): FileId {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    const id = this.#paths.push(path) - 1;
    this.#ids.set(path, id);
    return id;
  }

  pathOf(id: FileId): string {
    const path = this.#paths[id];
    if (path === undefined) throw new RangeError(`Cannot find a file: ${id} is no id of this view`);
    return path;
  }

  state(id: FileId): FileState {
    const path = this.pathOf(id);
    return this.#entries.get(path)?.state ?? (this.exists(path) ? "folder" : "absent");
  }

  expectCopy(_path: string, _original: Original): void {}

  facts(digest: Digest): ContentFacts | undefined {
    return this.#facts.get(digest);
  }

  changedSince(ids: Int32Array, since: Generation): boolean {
    return ids.some((id) => (this.#changedAt.get(this.pathOf(id)) ?? 0) > since);
  }

  quietSince(since: Generation): boolean {
    return this.#generation <= since;
  }

  exists(path: string): boolean {
    if (this.#entries.has(path)) return true;
    for (const there of this.#entries.keys()) if (there.startsWith(`${path}/`)) return true;
    return false;
  }

  realPath(path: string): string {
    return path;
  }

  namesIn(path: string): Digest | undefined {
    if (!this.exists(path)) return undefined;
    const below = [...this.#entries.keys()].filter((there) => there.startsWith(`${path}/`));
    const names = new Set(below.map((there) => there.slice(path.length + 1).split("/", 1)[0]!));
    return digestText([...names].sort().join("\0"));
  }

  namesUnchangedSince(_path: string, since: Generation, _startedAtMs: number): boolean {
    return this.#namesGeneration <= since;
  }

  watchFolder(path: string): void {
    this.#watched.add(path);
  }

  unchangedSince(id: FileId, since: Generation, _startedAtMs: number): boolean {
    return (this.#changedAt.get(this.pathOf(id)) ?? 0) <= since;
  }

  trackIdentity(path: string): FileId {
    return this.track(path);
  }

  stat(id: FileId): FileStat | undefined {
    const path = this.pathOf(id);
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    const changedNs = BigInt(this.#changedAt.get(path) ?? 0);
    return { size: entry.size, mtimeNs: changedNs, ctimeNs: changedNs, mode: 0o100644 };
  }

  release(path: string): number {
    this.#generation++;
    for (const folder of this.#watched) {
      if (folder === path || folder.startsWith(`${path}/`)) this.#watched.delete(folder);
    }
    return this.#paths.filter((tracked) => tracked === path || tracked.startsWith(`${path}/`)).length;
  }

  [Symbol.dispose](): void {}
}
