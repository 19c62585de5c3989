import { removeIfThere } from "../../core/mod.ts";
import { isFileError } from "../blobs/file_identity.ts";
import { faultOf, type Index, openIndex } from "./index.ts";

/** What the guard needs to know. */
export interface GuardOptions {
  /** The index file. */
  readonly path: string;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** How long writes wait for company before they are committed. */
const COMMIT_DELAY_MS = 200;
/** How many writes are committed without waiting. */
const COMMIT_WRITES = 2048;
/** How often a loss is logged. */
const LOSS_LOG_MS = 60_000;
/** How long an index that could not be opened is left alone. */
const REOPEN_DELAY_MS = 1000;

/**
 * Stands between the store and its index: groups writes, and turns every fault of the index into "nothing found". A
 * damaged index is set aside and an empty one takes its place; one that can't be used now is tried again later.
 */
export class IndexGuard implements Disposable {
  readonly #options: GuardOptions;
  #index: Index | undefined;
  #reopenAtMs = 0;
  #lossLoggedMs = -Infinity;
  #writes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #onForget = () => {};

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#open();
  }

  /** Whether there is an index to work with. */
  get usable(): boolean {
    return this.#index !== undefined;
  }

  /** Sets what is called when rows that were written may be gone: whoever remembers any must forget. */
  onForget(listener: () => void): void {
    this.#onForget = listener;
  }

  /** Looks something up; `fallback` is the answer when the index has a fault. */
  read<T>(fallback: T, work: (index: Index) => T): T {
    const index = this.#current();
    if (index === undefined) return fallback;
    try {
      return work(index);
    } catch (error) {
      this.#handle(error);
      return fallback;
    }
  }

  /** Changes something, to be committed soon; `fallback` is the answer when the index has a fault. */
  write<T>(fallback: T, work: (index: Index) => T): T {
    return this.read(fallback, (index) => {
      index.begin();
      const value = work(index);
      this.#writes++;
      if (this.#writes > COMMIT_WRITES) this.#commit(index);
      else this.commitSoon();
      return value;
    });
  }

  /** Makes sure that a commit will follow. */
  commitSoon(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => this.flush(), COMMIT_DELAY_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Commits what is pending. */
  flush(): void {
    if (this.#timer !== undefined) this.read(undefined, (index) => this.#commit(index));
  }

  /** Starts again with an empty index. */
  renew(): void {
    this.#drop();
    try {
      this.#remove();
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#setAside(error);
    }
    this.#open();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#closed = true;
    this.#drop();
  }

  #commit(index: Index): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writes = 0;
    index.commit();
  }

  #current(): Index | undefined {
    if (this.#index === undefined && !this.#closed && this.#options.now() >= this.#reopenAtMs) this.#open();
    return this.#index;
  }

  #open(): void {
    try {
      this.#index = openIndex(this.#options.path);
    } catch (error) {
      const fault = faultOf(error);
      if (fault === "damaged") this.#setAside(error);
      else if (fault === "foreign") this.#discard(error);
      else if (fault === undefined && !isFileError(error)) throw error;
      if (fault === "refused" || fault === undefined || !this.#openEmpty()) this.#postpone(error);
    }
  }

  #openEmpty(): boolean {
    try {
      this.#index = openIndex(this.#options.path);
      return true;
    } catch (error) {
      if (faultOf(error) === undefined && !isFileError(error)) throw error;
      return false;
    }
  }

  #postpone(error: unknown): void {
    if (this.#reopenAtMs === 0) this.#options.log(`store: nothing is kept for now: ${messageOf(error)}`);
    this.#reopenAtMs = this.#options.now() + REOPEN_DELAY_MS;
  }

  #handle(error: unknown): void {
    const fault = faultOf(error);
    if (fault === undefined) {
      this.#rollback();
      throw error;
    }
    if (fault === "refused") {
      this.#logLoss(error);
      this.#rollback();
      return;
    }
    this.#drop();
    this.#setAside(error);
    this.#open();
  }

  /** A full disk refuses every commit: one line a minute is enough. */
  #logLoss(error: unknown): void {
    const now = this.#options.now();
    if (now - this.#lossLoggedMs < LOSS_LOG_MS) return;
    this.#lossLoggedMs = now;
    this.#options.log(`store: the latest entries are lost: ${messageOf(error)}`);
  }

  #rollback(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writes = 0;
    try {
      this.#index?.rollback();
    } catch (error) {
      if (faultOf(error) === undefined) throw error;
      this.#drop();
    }
    this.#onForget();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writes = 0;
    const index = this.#index;
    this.#index = undefined;
    this.#onForget();
    try {
      index?.[Symbol.dispose]();
    } catch (error) {
      if (faultOf(error) === undefined) throw error;
    }
  }

  /** Makes room for this version's index: what another one wrote is of no use to anybody. */
  #discard(reason: unknown): void {
    try {
      this.#remove();
      this.#options.log(`store: the index was begun anew: ${messageOf(reason)}`);
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.#options.log(`store: the index can't be removed: ${messageOf(error)}`);
    }
  }

  #remove(): void {
    for (const suffix of SUFFIXES) removeIfThere(this.#options.path + suffix);
  }

  /** Keeps the file for whoever wants to look into it; the one set aside before goes. */
  #setAside(reason: unknown): void {
    const { path, now, log } = this.#options;
    try {
      removeDamaged(path);
      const aside = `${path}.damaged-${Math.floor(now())}`;
      Deno.renameSync(path, aside);
      for (const suffix of ["-wal", "-shm", "-journal"]) removeIfThere(path + suffix);
      log(`store: the index was set aside as ${aside}: ${messageOf(reason)}`);
    } catch (error) {
      if (!isFileError(error)) throw error;
      log(`store: the index can be neither read nor set aside: ${messageOf(error)}`);
    }
  }
}

const SUFFIXES = ["", "-wal", "-shm", "-journal"];

function removeDamaged(path: string): void {
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, slash);
  const prefix = `${path.slice(slash + 1)}.damaged-`;
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.startsWith(prefix)) removeIfThere(`${folder}/${name}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
