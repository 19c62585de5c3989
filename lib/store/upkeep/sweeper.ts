import { isDigest } from "../../core/mod.ts";
import type { BlobDir } from "../blobs/blob_dir.ts";
import { MAX_AGE_MS } from "./evict.ts";
import type { IndexGuard } from "../index/index_guard.ts";
import type { Trimmer } from "./trimmer.ts";
import { removeUnreferenced } from "./unreferenced.ts";

/** What the sweeper works with. */
export interface SweeperOptions {
  readonly guard: IndexGuard;
  readonly blobs: BlobDir;
  readonly trimmer: Trimmer;
  readonly now: () => number;
  /** Where incoming files are left by whoever died over them. */
  readonly tmp: string;
}

/** Something to do, in pieces; each piece a few milliseconds. */
type Chore = Iterator<void, void>;

/** How long after a round the next one begins. */
const ROUND_MS = 24 * 60 * 60_000;
/** Nothing is under way for this long. */
const STALE_MS = 24 * 60 * 60_000;
const AGED_ROWS = 500;
const NAMES_A_PIECE = 400;

/** The housekeeping that nothing waits for, one small piece a call. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #round: Chore | undefined;
  #roundEndedMs = -Infinity;
  #begun: Promise<unknown> | undefined;
  #stopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Does one piece; resolves to whether more is left. */
  async step(): Promise<boolean> {
    const { guard, now, blobs, trimmer } = this.#options;
    if (this.#stopped || !guard.usable) return false;
    if (this.#round === undefined) {
      if (now() - this.#roundEndedMs < ROUND_MS) return false;
      this.#round = this.#chores();
      this.#begun = Promise.all([blobs.removeDropped(), trimmer.trim()]);
      await this.#begun;
    }
    if (!this.#round.next().done) return true;
    this.#round = undefined;
    this.#roundEndedMs = now();
    return false;
  }

  /** Begins anew: the index was emptied. */
  restart(): void {
    this.#round = undefined;
  }

  /** No piece is begun any more; waits for the one under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#begun;
  }

  *#chores(): Generator<void, void> {
    yield* this.#removeStrays();
    this.#removeStale();
    yield;
    yield* this.#removeAged();
    yield* removeUnreferenced(this.#options.guard);
    this.#options.guard.flush();
    this.#options.guard.read(undefined, (index) => index.checkpoint());
  }

  /** Blob files without a row: filed right before a crash, or older than an index that was set aside. */
  *#removeStrays(): Generator<void, void> {
    const { guard, blobs } = this.#options;
    for (const shard of blobs.shards()) {
      for (const [at, name] of blobs.namesIn(shard).entries()) {
        if (at % NAMES_A_PIECE === NAMES_A_PIECE - 1) yield;
        const filed = guard.read(true, (index) => isDigest(name) && index.blobs.find(name) !== undefined);
        if (!filed) blobs.removeStray(shard, name);
      }
      yield;
    }
  }

  /** Incoming files of launchers and daemons that died. */
  #removeStale(): void {
    const { tmp, now } = this.#options;
    for (const { path, mtimeMs } of listTimes(tmp)) {
      if (now() - mtimeMs > STALE_MS) removeTree(path);
    }
  }

  *#removeAged(): Generator<void, void> {
    const { guard, now } = this.#options;
    const before = now() - MAX_AGE_MS;
    guard.write(0, (index) => index.digests.removeOlder(before));
    yield;
    guard.write(undefined, (index) => index.calls.removeOlder(before));
    yield;
    while (guard.write(0, (index) => index.entries.removeOlder(before, AGED_ROWS)) === AGED_ROWS) yield;
  }
}

function* listTimes(folder: string): Generator<{ path: string; mtimeMs: number }> {
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      const path = `${folder}/${name}`;
      yield { path, mtimeMs: Deno.lstatSync(path).mtime?.getTime() ?? Infinity };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) {
      throw error;
    }
  }
}

function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) {
      throw error;
    }
  }
}
