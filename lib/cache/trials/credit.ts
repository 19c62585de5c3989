/** Share of each real compile that may be spent on preprocessing in vain. */
const SHARE = 0.02;

/** What a folder starts with, and the most it can save up, in compiles. */
const INITIAL = 1;
const MOST = 10;

/** How many folders have an account. */
const MAX_ACCOUNTS = 1000;

/**
 * Keeps second chances from costing more than they bring. The currency is the time of one compile, long or short:
 * compiles earn a few per cent of themselves, attempts in vain are paid from that, successes pay back what they saved. Where
 * preprocessing never helps, it soon is hardly tried.
 */
export class Credit {
  readonly #accounts = new Map<string, number>();

  /** Whether a folder can afford an attempt of this cost. */
  affords(folder: string, cost: number): boolean {
    return this.#of(folder) >= cost;
  }

  /** A real compile ended. */
  earn(folder: string): void {
    this.#add(folder, SHARE);
  }

  /** An attempt brought nothing. */
  spend(folder: string, cost: number): void {
    this.#add(folder, -cost);
  }

  /** An attempt of this cost saved a compile. */
  gain(folder: string, cost: number): void {
    this.#add(folder, Math.max(0, 1 - cost));
  }

  #of(folder: string): number {
    return this.#accounts.get(folder) ?? INITIAL;
  }

  #add(folder: string, compiles: number): void {
    const balance = Math.min(MOST, this.#of(folder) + compiles);
    this.#accounts.delete(folder);
    this.#accounts.set(folder, balance);
    if (this.#accounts.size <= MAX_ACCOUNTS) return;
    const oldest = this.#accounts.keys().next();
    if (!oldest.done) this.#accounts.delete(oldest.value);
  }
}
