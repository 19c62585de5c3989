import { isThere } from "../is_there.ts";

const PREFIX = ".zccache-restore-";

/** How long a folder may be there before its lock is, in ms. */
const LOCK_DUE_MS = 60_000;

/**
 * A folder below another, to make things in before they go to their places. It's gone when disposed of; of a process that ended
 * before that, with the next one there.
 */
export class Staging implements AsyncDisposable {
  readonly #folder: string;
  readonly #lock: Deno.FsFile;

  private constructor(folder: string, lock: Deno.FsFile) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /** Makes one. Throws what making a folder throws. */
  static async open(parent: string): Promise<Staging> {
    await Deno.mkdir(parent, { recursive: true });
    await removeAbandoned(parent);
    const folder = await Deno.makeTempDir({ dir: parent, prefix: PREFIX });
    const lock = await Deno.open(lockOf(folder), { create: true, write: true });
    await lock.lock(true);
    const staging = new Staging(folder, lock);
    await Deno.mkdir(staging.content);
    return staging;
  }

  /** Where to make things; empty at first. */
  get content(): string {
    return `${this.#folder}/content`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lock.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function lockOf(folder: string): string {
  return `${folder}/lock`;
}

/** The system lets go of a lock when its process ends, however it does. */
async function removeAbandoned(parent: string): Promise<void> {
  for await (const { name } of Deno.readDir(parent)) {
    const folder = `${parent}/${name}`;
    if (name.startsWith(PREFIX) && isAbandoned(folder)) await Deno.remove(folder, { recursive: true });
  }
}

function isAbandoned(folder: string): boolean {
  if (!isThere(lockOf(folder))) {
    const made = Deno.statSync(folder).mtime?.getTime() ?? 0;
    return Date.now() - made > LOCK_DUE_MS;
  }
  using lock = Deno.openSync(lockOf(folder), { write: true });
  return lock.tryLockSync(true);
}
