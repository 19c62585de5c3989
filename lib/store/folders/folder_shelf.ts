import { type Digest, isDigest } from "../../core/mod.ts";
import { type IdentityReader, isFileError } from "../blobs/file_identity.ts";
import type { Volume } from "../blobs/volume.ts";
import {
  type FolderRecord,
  isKeptName,
  type KeptFile,
  type KeptFolder,
  readRecord,
  writeRecord,
} from "./folder_record.ts";
import { SizeLedger } from "./size_ledger.ts";

/** What a folder shelf works with. */
export interface FolderShelfOptions {
  /** Where the folders are kept; made when the first one is. */
  readonly folder: string;
  /** For what is being made or removed, on the same volume. */
  readonly tmp: string;
  /** Most bytes of all that is kept; 0 = nothing is. */
  readonly limitBytes: number;
  /** The number of this start of the machine. */
  readonly boot: number;
  readonly now: () => number;
  /** Belongs to the shelf from then on. */
  readonly reader: IdentityReader;
  /** The volume's state now; undefined if it can't be asked. */
  readonly volume: () => Volume | undefined;
  /** Takes one line at a time about what went wrong. */
  readonly log: (line: string) => void;
}

/** Files that are linked before other work gets its turn: about 1 ms. */
const SLICE = 64;
/** What a file takes of the disk is a multiple of this. */
const BLOCK_BYTES = 4096;
/** On a volume with less room than this, or than a fiftieth of its size if that is less, nothing is kept. */
const LOW_BYTES = 1024 ** 3;
/** What was kept for so long without being asked for goes. */
const MAX_AGE_MS = 30 * 24 * 60 * 60_000;

/**
 * Keeps folders of files that their maker never changes, only adds and removes, by hard links: nothing is copied, and
 * what is removed elsewhere is still there. Who asks for them gets the links themselves. Whatever keeps it from working
 * (another volume, a full disk, a file that was changed) means that nothing is kept; nothing throws for it.
 */
export class FolderShelf implements AsyncDisposable {
  readonly #options: FolderShelfOptions;
  /** What is kept; undefined until that is first asked for. */
  #known: SizeLedger | undefined;
  #last = 0;
  readonly #removing = new Set<Promise<void>>();

  constructor(options: FolderShelfOptions) {
    this.#options = options;
  }

  /** What is kept takes so much of the disk if nothing else links to it. */
  get bytes(): number {
    return this.#sizes.total;
  }

  /**
   * Keeps these folders, in place of what was kept under this key; `note` is for whoever takes them. Resolves to false if
   * that can't be done.
   */
  async keep(
    key: Digest,
    folders: readonly { readonly name: string; readonly path: string }[],
    note = "",
  ): Promise<boolean> {
    const { folder, limitBytes, boot } = this.#options;
    if (limitBytes === 0 || folders.length === 0) return false;
    const made = this.#temporary();
    try {
      if (this.#isCramped()) {
        await this.clear();
        return false;
      }
      Deno.mkdirSync(made, { mode: 0o700 });
      const kept: KeptFolder[] = [];
      for (const { name, path } of folders) kept.push(await this.#link(path, `${made}/${name}`, name));
      const bytes = sizeOf(kept);
      if (bytes > limitBytes) return false;
      writeRecord(made, { boot, bytes, note, folders: kept });
      this.drop(key);
      Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
      Deno.renameSync(made, `${folder}/${key}`);
      this.#sizes.set(key, bytes);
      this.#trim();
      return true;
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#options.log(`folders: not kept: ${error.message}`);
      return false;
    } finally {
      this.#remove(made);
    }
  }

  /** The names of what is kept under a key. */
  names(key: Digest): readonly string[] {
    try {
      return [...Deno.readDirSync(this.#pathOf(key))].map(({ name }) => name).filter(isKeptName);
    } catch (error) {
      if (!isFileError(error)) throw error;
      return [];
    }
  }

  /**
   * Moves what is kept under a key to where `place` says (an absolute path, whose parent is there, on the same volume),
   * which is asked when all of it was found unchanged; undefined for what is not wanted. Nothing remains. Returns the
   * paths of what was moved.
   */
  take(key: Digest, place: (name: string, note: string) => string | undefined): readonly string[] {
    const from = this.#pathOf(key);
    const taken: string[] = [];
    try {
      const record = readRecord(from);
      if (record === undefined || !this.#isUnchanged(from, record)) return [];
      for (const { name, mode } of record.folders) {
        const to = place(name, record.note);
        if (to === undefined) continue;
        if (Deno.build.os !== "windows") Deno.chmodSync(`${from}/${name}`, mode);
        Deno.renameSync(`${from}/${name}`, to);
        taken.push(to);
      }
      return taken;
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#options.log(`folders: not given back: ${error.message}`);
      return taken;
    } finally {
      this.drop(key);
    }
  }

  /** Keeps nothing under this key any more. */
  drop(key: string): void {
    this.#sizes.delete(key);
    this.#remove(this.#pathOf(key));
  }

  /** Keeps nothing any more. */
  async clear(): Promise<void> {
    this.#known = undefined;
    this.#remove(this.#options.folder);
    await Promise.all(this.#removing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#removing);
    this.#options.reader[Symbol.dispose]();
  }

  /** Links all files of a folder into a new one. Throws where that can't be done, or the folder was changed meanwhile. */
  async #link(from: string, to: string, name: string): Promise<KeptFolder> {
    const mode = (Deno.lstatSync(from).mode ?? 0) & 0o777;
    Deno.mkdirSync(to, { mode: 0o700 });
    const names = namesIn(from);
    const files: KeptFile[] = [];
    for (const [at, file] of names.entries()) {
      if (at % SLICE === SLICE - 1) await new Promise((resume) => setTimeout(resume, 0));
      Deno.linkSync(`${from}/${file}`, `${to}/${file}`);
      const found = this.#options.reader.read(`${to}/${file}`);
      if (found === undefined) throw new Deno.errors.InvalidData(`${from}/${file} is not a regular file`);
      files.push([file, found.size, found.mtimeS, found.mtimeNs]);
    }
    // its maker removes file by file what it doesn't need any more
    if (namesIn(from).length !== names.length) throw new Deno.errors.NotFound(`${from} is being removed`);
    return { name, mode, files };
  }

  /** Whether everything that was kept is there and has not been written to since. */
  #isUnchanged(from: string, { boot, folders }: FolderRecord): boolean {
    // after a loss of power a file may have its size and times but not its bytes
    if (boot !== this.#options.boot) return false;
    return folders.every(({ name, files }) => {
      if (namesIn(`${from}/${name}`).length !== files.length) return false;
      return files.every(([file, size, mtimeS, mtimeNs]) => {
        const now = this.#options.reader.read(`${from}/${name}/${file}`);
        return now?.size === size && now.mtimeS === mtimeS && now.mtimeNs === mtimeNs;
      });
    });
  }

  #trim(): void {
    while (this.#sizes.total > this.#options.limitBytes) {
      const { oldest } = this.#sizes;
      if (oldest === undefined) return;
      this.drop(oldest);
    }
  }

  get #sizes(): SizeLedger {
    return this.#known ??= this.#load();
  }

  /** What an earlier daemon kept. */
  #load(): SizeLedger {
    const found = this.#keys().flatMap((key) => this.#entry(key) ?? []);
    const sizes = new SizeLedger();
    for (const { key, bytes } of found.sort((a, b) => a.keptMs - b.keptMs)) sizes.set(key, bytes);
    return sizes;
  }

  /** Something in our folder; removed if it's of no use any more. */
  #entry(key: string): { key: string; bytes: number; keptMs: number } | undefined {
    const { now, boot } = this.#options;
    const path = this.#pathOf(key);
    try {
      const keptMs = Deno.lstatSync(path).mtime?.getTime() ?? 0;
      const record = isDigest(key) ? readRecord(path) : undefined;
      if (record?.boot === boot && now() - keptMs < MAX_AGE_MS) return { key, bytes: record.bytes, keptMs };
    } catch (error) {
      if (!isFileError(error)) throw error;
    }
    this.#remove(path);
    return undefined;
  }

  #keys(): string[] {
    try {
      return namesIn(this.#options.folder);
    } catch (error) {
      if (!isFileError(error)) throw error;
      return [];
    }
  }

  #isCramped(): boolean {
    const state = this.#options.volume();
    return state !== undefined && state.freeBytes < Math.min(LOW_BYTES, state.sizeBytes / 50);
  }

  #pathOf(key: string): string {
    return `${this.#options.folder}/${key}`;
  }

  #temporary(): string {
    return `${this.#options.tmp}/folders-${Deno.pid}-${++this.#last}`;
  }

  /** Removes a tree, if it is there: its name at once, the rest while other work goes on. */
  #remove(path: string): void {
    const going = this.#temporary();
    try {
      Deno.renameSync(path, going);
    } catch (error) {
      if (!isFileError(error)) throw error;
      // there was none, or the folder for passing files is gone
      removeNow(path);
      return;
    }
    const removed = Deno.remove(going, { recursive: true }).catch((error) => {
      if (!isFileError(error)) throw error;
      this.#options.log(`folders: not removed: ${error.message}`);
    }).finally(() => this.#removing.delete(removed));
    this.#removing.add(removed);
  }
}

function removeNow(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!isFileError(error)) throw error;
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

function sizeOf(folders: readonly KeptFolder[]): number {
  let bytes = 0;
  for (const { files } of folders) {
    for (const [, size] of files) bytes += Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return bytes;
}
