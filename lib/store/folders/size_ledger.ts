/** Sizes by key and their sum, in the order in which they were entered. */
export class SizeLedger {
  readonly #sizes = new Map<string, number>();
  #total = 0;

  /** The sum, in bytes. */
  get total(): number {
    return this.#total;
  }

  /** The key that was entered first. */
  get oldest(): string | undefined {
    return this.#sizes.keys().next().value;
  }

  /** Enters a key as the newest. */
  set(key: string, bytes: number): void {
    this.delete(key);
    this.#sizes.set(key, bytes);
    this.#total += bytes;
  }

  delete(key: string): void {
    this.#total -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }
}
