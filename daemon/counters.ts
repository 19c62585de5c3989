import type { Reason, Tally } from "../lib/core/mod.ts";
import type { Work } from "../lib/tools/mod.ts";

/** What became of a request: a hit, a run that was kept, a run that wasn't, a tool that failed. */
export type Outcome = "cached" | "cold" | "nonCacheable" | "errors";

/** How often each thing happened since the start or the last `clear`; the only writer of these figures. */
export class Counters {
  readonly #tallies: Record<Work, Record<Outcome, number>> = { compilations: zero(), links: zero() };
  readonly #reasons = new Map<Reason, number>();
  readonly #unshared = new Map<Reason, number>();
  #worktreeHits = 0;
  #timeSavedMs = 0;

  /** A request that was answered from the cache, and the time the tool took when it was run. */
  hit(work: Work, savedMs: number): void {
    this.#tallies[work].cached++;
    this.#timeSavedMs += savedMs;
  }

  /** A request for which the tool ran. */
  ran(work: Work, outcome: Exclude<Outcome, "cached">, reason: Reason): void {
    this.#tallies[work][outcome]++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  tally(work: Work): Tally {
    const counts = this.#tallies[work];
    return { ...counts, total: counts.cached + counts.cold + counts.nonCacheable + counts.errors };
  }

  get reasons(): Partial<Record<Reason, number>> {
    return Object.fromEntries(this.#reasons);
  }

  /** A hit that another checkout's compile made, among those counted by `hit`. */
  worktreeHit(): void {
    this.#worktreeHits++;
  }

  /** A command whose results were to be shared between checkouts and are not. */
  unshared(reason: Reason): void {
    this.#unshared.set(reason, (this.#unshared.get(reason) ?? 0) + 1);
  }

  get worktrees(): { hits: number; unshared: Partial<Record<Reason, number>> } {
    return { hits: this.#worktreeHits, unshared: Object.fromEntries(this.#unshared) };
  }

  get timeSavedMs(): number {
    return this.#timeSavedMs;
  }

  reset(): void {
    Object.assign(this.#tallies.compilations, zero());
    Object.assign(this.#tallies.links, zero());
    this.#reasons.clear();
    this.#unshared.clear();
    this.#worktreeHits = 0;
    this.#timeSavedMs = 0;
  }
}

function zero(): Record<Outcome, number> {
  return { cached: 0, cold: 0, nonCacheable: 0, errors: 0 };
}
