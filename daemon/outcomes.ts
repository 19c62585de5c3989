import type { Priority, Reason, Uncacheable } from "../lib/core/mod.ts";
import type {
  Journal,
  JournalCall,
  JournalCause,
  JournalOutcome,
  JournalRecord,
} from "../lib/journal/mod.ts";
import type { Work } from "../lib/tools/mod.ts";
import type { Counters } from "./counters.ts";

/** How a command that was not a hit ended. */
export interface Ending {
  readonly outcome: "miss" | "uncacheable" | "error";
  /** Null where it isn't known. */
  readonly exit: number | null;
  readonly reason: Reason;
  readonly detail?: string | undefined;
  /** What `zccache why` can say beyond the reason. */
  readonly because?: JournalCause | undefined;
  /** The context key. */
  readonly key?: string | undefined;
  /** How long the tool took. */
  readonly toolMs?: number | undefined;
  /** At what priority it ran. */
  readonly priority?: Priority | undefined;
}

/** A command that was asked for: what the journal says of it, by whom, and `performance.now()` when it came. */
export interface Asked {
  readonly call: JournalCall;
  readonly since: number;
  readonly sessionId: string | null;
  /** The caller's ZCCACHE_COMPILE_PRIORITY. */
  readonly priority?: string | undefined;
  /** What it counts as; a compilation if not given. */
  readonly work?: Work;
}

/** Reasons that say by themselves that a command was a link. */
const LINK_REASONS: ReadonlySet<Reason> = new Set(["called-for-link"]);

const COUNTED = { miss: "cold", uncacheable: "nonCacheable", error: "errors" } as const;

/** Counts and journals what became of each command, in one place so that counters and journals agree. */
export class Outcomes {
  readonly #counters: Counters;
  readonly #journal: Journal;

  constructor(counters: Counters, journal: Journal) {
    this.#counters = counters;
    this.#journal = journal;
  }

  /** Answered from the cache; `toolMs` is what the tool took when it was run. */
  hit(asked: Asked, exit: number, toolMs: number): void {
    const work = asked.work ?? "compilations";
    this.#counters.hit(work, toolMs);
    this.#record(asked, { outcome: named("hit", work), exitCode: exit, toolMs });
  }

  /** Left to the tool; `asked` is undefined for a command that isn't even text. */
  bypassed(asked: Asked | undefined, why: Uncacheable): void {
    const { reason, detail } = why;
    const work = asked?.work ?? (LINK_REASONS.has(reason) ? "links" : "compilations");
    this.#counters.ran(work, "nonCacheable", reason);
    if (asked !== undefined) {
      this.#record(asked, { outcome: named("miss", work), exitCode: null, reason, detail });
    }
  }

  /** Run as a miss. */
  ended(asked: Asked, ending: Ending): void {
    const work = asked.work ?? "compilations";
    const { outcome, exit, ...why } = ending;
    this.#counters.ran(work, COUNTED[outcome], ending.reason);
    this.#record(asked, {
      outcome: outcome === "error" ? "error" : named("miss", work),
      exitCode: exit,
      ...why,
    });
  }

  #record(asked: Asked, end: Omit<JournalRecord, "call" | "sessionId" | "latencyNs" | "atMs">): void {
    const { call, sessionId } = asked;
    const latencyNs = Math.round((performance.now() - asked.since) * 1e6);
    this.#journal.record({ call, sessionId, latencyNs, atMs: Date.now(), ...end });
  }
}

function named(outcome: "hit" | "miss", work: Work): JournalOutcome {
  return work === "links" ? `link_${outcome}` : outcome;
}
