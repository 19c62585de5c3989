import type { Digest } from "../../core/mod.ts";
import {
  type FileIdentity,
  type IdentityReader,
  isFileError,
  keepIdentity,
  sameIdentity,
} from "./file_identity.ts";
import { hashFileNow } from "./hash_file.ts";

/** The version of the layout is the folder's name: another version finds an empty one. */
const LAYOUT = "v1";
const DROPPED = "dropped-";

/**
 * The blobs on disk, `artifacts/v1/<1 hex>/<64 hex>`, mode 0444. A blob is complete or absent: it is moved to its place in one
 * step by a rename within the volume, after it was hashed. Nothing else builds these paths. The folders are few because
 * making one can take the file system longer than a file (measured: up to 1 ms), and a first build makes them all.
 */
export class BlobDir {
  readonly #artifacts: string;
  readonly #blobs: string;
  readonly #reader: IdentityReader;
  #drops = 0;

  constructor(root: string, reader: IdentityReader) {
    this.#artifacts = `${root}/artifacts`;
    this.#blobs = `${this.#artifacts}/${LAYOUT}`;
    this.#reader = reader;
  }

  /** Makes the folders. Throws what the file system says. */
  prepare(): void {
    Deno.mkdirSync(this.#blobs, { recursive: true, mode: 0o700 });
  }

  pathOf(digest: Digest): string {
    return `${this.#shardPath(shardOf(digest))}/${digest}`;
  }

  /** Whether the file at a path still has the identity it had. */
  hasIdentity(path: string, expected: FileIdentity): boolean {
    const found = this.#reader.read(path);
    return found !== undefined && sameIdentity(found, expected);
  }

  /** The identity of the file at a path if its content has this digest. */
  verify(path: string, digest: Digest): FileIdentity | undefined {
    const before = this.#reader.read(path);
    if (before === undefined) return undefined;
    const identity = keepIdentity(before);
    try {
      if (hashFileNow(path) !== digest) return undefined;
    } catch (error) {
      if (!isFileError(error)) throw error;
      return undefined;
    }
    return this.hasIdentity(path, identity) ? identity : undefined;
  }

  /** Moves a file, whose content was hashed, to its place. Throws what the file system says. */
  place(source: string, digest: Digest): FileIdentity {
    const path = this.pathOf(digest);
    Deno.chmodSync(source, 0o444);
    try {
      Deno.renameSync(source, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      Deno.mkdirSync(this.#shardPath(shardOf(digest)), { recursive: true, mode: 0o700 });
      Deno.renameSync(source, path);
    }
    const identity = this.#reader.read(path);
    if (identity === undefined) throw new Deno.errors.NotFound(`Cannot file a blob: ${path} is gone`);
    return keepIdentity(identity);
  }

  /** Removes a blob; returns whether it is gone now. */
  remove(digest: Digest): boolean {
    return removeFile(this.pathOf(digest));
  }

  /** Moves all blobs out of the way in one step, to be removed by `removeDropped`. Returns whether none is left in place. */
  dropAll(nowMs: number): boolean {
    try {
      const name = `${DROPPED}${Math.floor(nowMs)}-${Deno.pid}-${this.#drops++}`;
      Deno.renameSync(this.#blobs, `${this.#artifacts}/${name}`);
      this.prepare();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      if (!isFileError(error)) throw error;
      return false;
    }
  }

  /** Removes what `dropAll` moved away, in this life or an earlier one. */
  async removeDropped(): Promise<void> {
    for (const name of listNames(this.#artifacts)) {
      if (!name.startsWith(DROPPED)) continue;
      try {
        await Deno.remove(`${this.#artifacts}/${name}`, { recursive: true });
      } catch (error) {
        if (!isFileError(error)) throw error;
      }
    }
  }

  /** The folders that blobs are in. */
  shards(): string[] {
    return listNames(this.#blobs);
  }

  /** The names in such a folder. */
  namesIn(shard: string): string[] {
    return listNames(this.#shardPath(shard));
  }

  /** Removes something that is no blob of ours. */
  removeStray(shard: string, name: string): boolean {
    return removeFile(`${this.#shardPath(shard)}/${name}`);
  }

  #shardPath(shard: string): string {
    return `${this.#blobs}/${shard}`;
  }
}

/** The folder that a blob is in. */
function shardOf(digest: Digest): string {
  return digest.slice(0, 1);
}

/** Removes a file; returns whether it is gone now. */
export function removeFile(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    if (!isFileError(error)) throw error;
    return false;
  }
}

/** The names in a folder; none if it can't be read. */
function listNames(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (!isFileError(error)) throw error;
    return [];
  }
}
