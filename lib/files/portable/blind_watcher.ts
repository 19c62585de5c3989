import type { Watcher } from "../system.ts";

/** No events at all: everything is asked by stat, for the reason given. */
export class BlindWatcher implements Watcher {
  readonly #reason: string;

  constructor(reason: string) {
    this.#reason = reason;
  }

  watch(): string {
    return this.#reason;
  }

  unwatch(): void {}

  pending(): boolean {
    return false;
  }

  drain(): void {}

  [Symbol.dispose](): void {}
}
