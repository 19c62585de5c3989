import type { FileView } from "../files/mod.ts";

/** Longest time without giving other requests a turn, in milliseconds. */
const TURN_MS = 4;

/** Long work's share of the time, which others get in between. */
export class Turn {
  readonly #view: FileView;
  #since = performance.now();

  constructor(view: FileView) {
    this.#view = view;
  }

  /** Whether others have waited for long enough. */
  get isOver(): boolean {
    return performance.now() - this.#since > TURN_MS;
  }

  /** Lets them have theirs. Passes the view's barrier, as much may have happened. */
  async pass(): Promise<void> {
    await new Promise((resume) => setTimeout(resume, 0));
    this.#view.barrier();
    this.#since = performance.now();
  }
}
