import type { Reason, Uncacheable } from "../lib/core/mod.ts";
import type { Journal, JournalCall, JournalRecord } from "../lib/journal/mod.ts";
import type { Counters } from "./counters.ts";

/** How a command that was not a hit ended. */
export interface Ending {
  readonly outcome: "miss" | "uncacheable" | "error";
  /** Null where it isn't known. */
  readonly exit: number | null;
  readonly reason: Reason;
  readonly detail?: string;
}

/** A command that was asked for: what the journal says of it, and `performance.now()` when it came. */
export interface Asked {
  readonly call: JournalCall;
  readonly since: number;
}

const COUNTED = { miss: "cold", uncacheable: "nonCacheable", error: "errors" } as const;

/** Counts and journals what became of each command, in one place so that the two agree. */
export class Outcomes {
  readonly #counters: Counters;
  readonly #journal: Journal;

  constructor(counters: Counters, journal: Journal) {
    this.#counters = counters;
    this.#journal = journal;
  }

  /** Answered from the cache. */
  hit(asked: Asked, exit: number, savedMs: number): void {
    this.#counters.hit("compilations", savedMs);
    this.#record(asked, { outcome: "hit", exitCode: exit });
  }

  /** Left to the tool; `asked` is undefined for a command that isn't even text. */
  bypassed(asked: Asked | undefined, why: Uncacheable): void {
    this.#counters.ran("compilations", "nonCacheable", why.reason);
    if (asked !== undefined) this.#record(asked, { outcome: "miss", exitCode: null, ...told(why) });
  }

  /** Run as a miss. */
  ended(asked: Asked, ending: Ending): void {
    this.#counters.ran("compilations", COUNTED[ending.outcome], ending.reason);
    const outcome = ending.outcome === "error" ? "error" : "miss";
    this.#record(asked, { outcome, exitCode: ending.exit, ...told(ending) });
  }

  #record(asked: Asked, end: Omit<JournalRecord, "call" | "latencyNs" | "atMs">): void {
    const latencyNs = Math.round((performance.now() - asked.since) * 1e6);
    this.#journal.record({ call: asked.call, latencyNs, atMs: Date.now(), ...end });
  }
}

function told(
  why: { readonly reason: Reason; readonly detail?: string },
): { reason: Reason; detail?: string } {
  return why.detail === undefined ? { reason: why.reason } : { reason: why.reason, detail: why.detail };
}
