import type { Digest } from "../../core/mod.ts";
import { removeFile } from "./blob_dir.ts";
import { type IdentityReader, isFileError, keepIdentity, sameIdentity } from "./file_identity.ts";
import type { FileHasher } from "./hash_file.ts";
import { INLINE_LIMIT_BYTES, type OfferedFile } from "../store.ts";

/** A file that was read or hashed and not moved yet. */
export type StagedFile =
  & Omit<OfferedFile, "digest">
  & { readonly size: number }
  & ({ readonly inline: Uint8Array } | { readonly digest: Digest });

/** Reads or hashes files for the store. */
export class Intake {
  readonly #reader: IdentityReader;
  readonly #hasher: FileHasher;

  constructor(reader: IdentityReader, hasher: FileHasher) {
    this.#reader = reader;
    this.#hasher = hasher;
  }

  /** The files, read or hashed; undefined if one is no regular file, can't be read or changes under our eyes. */
  async stage(files: readonly OfferedFile[]): Promise<StagedFile[] | undefined> {
    const staged: StagedFile[] = [];
    for (const file of files) {
      const one = await this.#stageOne(file);
      if (one === undefined) return undefined;
      staged.push(one);
    }
    return staged;
  }

  async #stageOne(file: OfferedFile): Promise<StagedFile | undefined> {
    const { role, mode, source } = file;
    const found = this.#reader.read(source);
    if (found === undefined) return undefined;
    const before = keepIdentity(found);
    const { size } = before;
    try {
      if (size <= INLINE_LIMIT_BYTES) {
        const inline = Deno.readFileSync(source);
        return inline.length === size ? { role, mode, source, size, inline } : undefined;
      }
      const digest = file.digest ?? await this.#hasher.hash(source, size);
      const after = this.#reader.read(source);
      if (after === undefined || !sameIdentity(before, after)) return undefined;
      return { role, mode, source, size, digest };
    } catch (error) {
      if (!isFileError(error)) throw error;
      return undefined;
    }
  }
}

/** Removes what the store took over and did not move. */
export function removeStaged(files: readonly Pick<OfferedFile, "source">[]): void {
  for (const { source } of files) removeFile(source);
}
