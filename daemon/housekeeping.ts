/** How long nothing must have happened before housekeeping begins, in milliseconds. */
const QUIET_MS = 20_000;

/**
 * Runs work that nothing waits for in the pauses between builds: once after each stretch of requests, piece by piece, giving
 * way to the next request. An idle daemon has no timer running.
 */
export class Housekeeping implements Disposable {
  readonly #piece: () => Promise<boolean>;
  readonly #quietMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastRequest = 0;
  #ended = false;

  /** `piece` does a little and resolves to whether more is left. */
  constructor(piece: () => Promise<boolean>, quietMs = QUIET_MS) {
    this.#piece = piece;
    this.#quietMs = quietMs;
  }

  /** Notes a request. */
  touch(): void {
    this.#lastRequest = performance.now();
    this.#timer ??= setTimeout(() => this.#awake(), this.#quietMs);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #awake(): Promise<void> {
    const seen = this.#lastRequest;
    const left = seen + this.#quietMs - performance.now();
    if (left <= 0) {
      while (!this.#ended && this.#lastRequest === seen && await this.#piece());
      this.#timer = undefined;
      // whoever came meanwhile set no timer, since there was one
      if (this.#lastRequest !== seen && !this.#ended) this.touch();
    } else if (!this.#ended) {
      this.#timer = setTimeout(() => this.#awake(), left);
    }
  }
}
