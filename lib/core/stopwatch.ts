import type { Phase, PhaseTimes } from "./phases.ts";

/** Takes the time of one request's phases; made only for requests that are profiled. */
export class Stopwatch {
  readonly #times: Partial<Record<Phase, number>> = {};
  #last: number;

  /** `sinceMs`: `performance.now()` when the request came. */
  constructor(sinceMs: number) {
    this.#last = sinceMs;
  }

  /** What passed since the last call went into this phase. */
  lap(phase: Phase): void {
    const now = performance.now();
    this.add(phase, Math.round((now - this.#last) * 1e6));
    this.#last = now;
  }

  /** What passed since the last call is somebody else's. */
  skip(): void {
    this.#last = performance.now();
  }

  /** A time that was taken elsewhere. */
  add(phase: Phase, ns: number): void {
    this.#times[phase] = (this.#times[phase] ?? 0) + ns;
  }

  get times(): PhaseTimes {
    return this.#times;
  }
}
