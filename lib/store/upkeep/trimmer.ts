import { AGE_PASS_MS, type EvictionGoal, evictionGoals, usedBytes } from "./evict.ts";
import type { IndexGuard } from "../index/index_guard.ts";
import type { ResultShelf } from "../result_shelf.ts";
import type { Volume } from "../blobs/volume.ts";

/** What the trimmer works with. */
export interface TrimmerOptions {
  readonly guard: IndexGuard;
  readonly shelf: ResultShelf;
  readonly now: () => number;
  readonly budgetBytes: number;
  /** What of the budget others take, in bytes. */
  readonly beside: () => number;
  /** The volume's state now; undefined if it can't be asked. */
  readonly volume: () => Volume | undefined;
}

/** Results that are removed before other work gets its turn: 2 ms. */
const SLICE = 32;
/** The volume counts as nearly full below this, or below a fiftieth of its size if that is less. */
const LOW_BYTES = 1024 ** 3;
/** A volume that others fill empties the store slowly, not at once. */
const LOW_PAUSE_MS = 60 * 60_000;
/** How often a store that is only nearly full looks for idle results. */
const NEAR_PAUSE_MS = 10 * 60_000;
const AGE_NOTE = "store.aged";

/** Removes results in slices while other work goes on; one pass at a time. */
export class Trimmer {
  readonly #options: TrimmerOptions;
  #running: Promise<void> | undefined;
  #lowHandledMs = -Infinity;
  #lastMs = -Infinity;
  #evicted = 0;
  #stopped = false;

  constructor(options: TrimmerOptions) {
    this.#options = options;
  }

  /** Blobs removed for the budget or their age. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Whether the budget is exceeded, or nearly and nothing was done about it lately. */
  get isDue(): boolean {
    const { guard, now } = this.#options;
    const budgetBytes = this.#budgetBytes;
    if (this.#running !== undefined || this.#stopped) return false;
    const used = guard.read(0, (index) => usedBytes(index.totals.now));
    return used > budgetBytes || (used > 0.85 * budgetBytes && now() - this.#lastMs > NEAR_PAUSE_MS);
  }

  /** Evicts what is too much. */
  trim(): Promise<void> {
    this.#running ??= this.#run().finally(() => this.#running = undefined);
    return this.#running;
  }

  /** Ends a pass that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { guard, shelf } = this.#options;
    this.#lastMs = this.#options.now();
    guard.flush();
    this.#evicted += guard.write(0, (index) => {
      index.results.correctUses(this.#options.now());
      return shelf.removeUnused(index, SLICE);
    });
    const daily = this.#isDaily();
    for (const goal of this.#goals(daily)) await this.#reach(goal);
    if (daily) guard.write(undefined, (index) => index.notes.set(AGE_NOTE, String(this.#options.now())));
  }

  async #reach(goal: EvictionGoal): Promise<void> {
    while (!this.#stopped && this.#removeSlice(goal)) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Removes some results; returns whether there may be more to remove. */
  #removeSlice({ targetBytes, idleMs }: EvictionGoal): boolean {
    const { guard, shelf, now } = this.#options;
    return guard.write(false, (index) => {
      const ids = index.results.oldest(now() - idleMs, SLICE);
      for (const id of ids) {
        if (usedBytes(index.totals.now) <= targetBytes) return false;
        const row = index.results.byId(id);
        if (row !== undefined) this.#evicted += shelf.remove(index, row);
      }
      return ids.length === SLICE;
    });
  }

  #goals(daily: boolean): EvictionGoal[] {
    const { guard } = this.#options;
    const budgetBytes = this.#budgetBytes;
    const volumeLow = this.#isVolumeLow();
    return guard.read<EvictionGoal[]>(
      [],
      (index) => evictionGoals({ totals: index.totals.now, budgetBytes, volumeLow, daily }),
    );
  }

  get #budgetBytes(): number {
    return Math.max(0, this.#options.budgetBytes - this.#options.beside());
  }

  #isDaily(): boolean {
    const last = this.#options.guard.read(undefined, (index) => index.notes.get(AGE_NOTE));
    return this.#options.now() - Number(last ?? 0) >= AGE_PASS_MS;
  }

  #isVolumeLow(): boolean {
    const { volume, now } = this.#options;
    if (now() - this.#lowHandledMs < LOW_PAUSE_MS) return false;
    const state = volume();
    if (state === undefined || state.freeBytes >= Math.min(LOW_BYTES, state.sizeBytes / 50)) return false;
    this.#lowHandledMs = now();
    return true;
  }
}
