import type { FileId, FileView, Generation } from "../files/mod.ts";

/**
 * Tells whether what is found after a run is what the run found. Begins with the run. A look at a file shows it as it
 * is, but the notice of a change just before may still be under way; so all that was found untouched is asked about once more,
 * behind a barrier, when everything was looked at.
 */
export class Witness {
  readonly #view: FileView;
  #since: Generation;
  #sinceMs = Date.now();
  readonly #done = Promise.withResolvers<void>();
  readonly #files = new Set<FileId>();
  readonly #folders = new Set<string>();

  constructor(view: FileView) {
    this.#view = view;
    this.#since = view.generation;
  }

  /** Tells from now on of all that happened since another one began, which is older. */
  reachBackTo(older: Witness): void {
    this.#since = older.#since;
    this.#sinceMs = older.#sinceMs;
  }

  /** Whether nothing is known to have happened to what is at a path, which was looked at already. */
  untouched(id: FileId): boolean {
    this.#files.add(id);
    return this.#view.unchangedSince(id, this.#since, this.#sinceMs);
  }

  /** The same of the names in a folder (absolute). */
  sameNames(folder: string): boolean {
    this.#folders.add(folder);
    return this.#view.namesUnchangedSince(folder, this.#since, this.#sinceMs);
  }

  /** Resolves when `belied` was asked: what happens to the files from then on does not matter. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** A path that was touched after all, if there is one; to be asked when all looks are done. */
  belied(): string | undefined {
    this.#done.resolve();
    this.#view.barrier();
    for (const id of this.#files) if (!this.untouched(id)) return this.#view.pathOf(id);
    for (const folder of this.#folders) if (!this.sameNames(folder)) return folder;
    return undefined;
  }
}
