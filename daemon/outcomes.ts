import type { PhaseTimes, Priority, Reason, Stopwatch, Uncacheable } from "../lib/core/mod.ts";
import {
  type Journal,
  type JournalCall,
  type JournalCause,
  type JournalOutcome,
  type JournalRecord,
} from "../lib/journal/mod.ts";
import type { DeliverReply } from "../lib/protocol/mod.ts";
import type { Counted, Session, Sessions } from "../lib/sessions/mod.ts";
import type { ReadyResult, StoredResult } from "../lib/store/mod.ts";
import type { Unshared, Work } from "../lib/tools/mod.ts";
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
  /** Size of its outputs. */
  readonly bytes?: number | undefined;
  /** Why the result is not shared with other checkouts, where only the run showed that. */
  readonly unshared?: Unshared | undefined;
}

/** How a command stands to other checkouts, where results shall be shared: the root that a hit came from, or why not. */
export interface Sharing {
  readonly from?: string;
  readonly unshared?: Unshared;
}

/** Who asked, and `performance.now()` when. */
export interface Asker {
  readonly since: number;
  /** The id that came with the request, of an open session or of none. */
  readonly sessionId: string | null;
  readonly session: Session | undefined;
  /** Runs if the session is profiled. */
  readonly watch: Stopwatch | undefined;
}

/** A command that was asked for: what the journal says of it, and by whom. */
export interface Asked extends Asker {
  readonly call: JournalCall;
  /** The caller's ZCCACHE_COMPILE_PRIORITY. */
  readonly priority?: string | undefined;
  readonly sharing?: Sharing | undefined;
  /** What it counts as; a compilation if not given. */
  readonly work?: Work;
}

/** What a record says of how a command ended. */
type End = Omit<JournalRecord, "call" | "sessionId" | "latencyNs" | "atMs" | "phases">;

/** What became of several sources that one command compiles. */
export interface Several {
  readonly hits: readonly {
    readonly result: StoredResult;
    readonly source: string;
    /** The root of the checkout that the result came from, if that's another one. */
    readonly origin: string | undefined;
  }[];
  readonly endings: readonly (Ending & { readonly source: string })[];
  /** The command's. */
  readonly exit: number | null;
}

/** Reasons that say by themselves that a command was a link. */
const LINK_REASONS: ReadonlySet<Reason> = new Set(["called-for-link"]);

const COUNTED = { miss: "cold", uncacheable: "nonCacheable", error: "errors" } as const;

/** Counts and journals what became of each command, in one place so that counters, sessions and journals agree. */
export class Outcomes {
  readonly #counters: Counters;
  readonly #journal: Journal;
  readonly #sessions: Sessions;

  constructor(counters: Counters, journal: Journal, sessions: Sessions) {
    this.#counters = counters;
    this.#journal = journal;
    this.#sessions = sessions;
  }

  /** Answered from the cache; gives the timing that the delivery shall be told under, if it shall. */
  hit(asked: Asked, { result }: ReadyResult): DeliverReply["timing"] {
    const work = asked.work ?? "compilations";
    const { toolMs, exit } = result;
    this.#countHit(asked, { work, result, origin: asked.sharing?.from });
    return this.#answered(asked, { outcome: named("hit", work), exitCode: exit, toolMs });
  }

  /** Left to the tool; `asked` is undefined for a command that isn't even text. */
  bypassed(asked: Asked | undefined, why: Uncacheable): void {
    const { reason, detail } = why;
    const work = asked?.work ?? (LINK_REASONS.has(reason) ? "links" : "compilations");
    this.#countRun(asked, { work, outcome: "nonCacheable", reason });
    if (asked !== undefined) {
      this.#ran(asked, { outcome: named("miss", work), exitCode: null, reason, detail });
    }
  }

  /** Run as a miss. */
  ended(asked: Asked, ending: Ending): void {
    const work = asked.work ?? "compilations";
    const { outcome, exit, bytes, unshared, ...why } = ending;
    this.#countRun(asked, { work, outcome: COUNTED[outcome], reason: ending.reason, bytes });
    const name = outcome === "error" ? "error" : named("miss", work);
    const known = unshared === undefined ? asked : { ...asked, sharing: { unshared } };
    this.#ran(known, { outcome: name, exitCode: exit, ...why });
  }

  /** Several sources in one command: each counts, the journal has one line; gives what `hit` gives if all were hits. */
  several(asked: Asked, all: Several): DeliverReply["timing"] {
    const { hits, endings, exit } = all;
    for (const hit of hits) this.#countHit(asked, { work: "compilations", ...hit });
    for (const { outcome, reason, bytes, source } of endings) {
      this.#countRun(asked, { work: "compilations", outcome: COUNTED[outcome], reason, bytes, source });
    }
    const failed = endings.find((ending) => ending.outcome === "error");
    const first = failed ?? endings[0];
    if (first === undefined) {
      const toolMs = hits.reduce((sum, { result }) => sum + result.toolMs, 0);
      return this.#answered(asked, { outcome: "hit", exitCode: exit, toolMs });
    }
    const { outcome: _outcome, exit: _exit, bytes: _bytes, source: _source, ...why } = first;
    this.#ran(asked, { outcome: failed === undefined ? "miss" : "error", exitCode: exit, ...why });
    return undefined;
  }

  #answered(asked: Asked, end: End): DeliverReply["timing"] {
    const phases = this.#record(asked, end);
    return phases && asked.session?.profiled({ phases, outcome: end.outcome, call: asked.call }, true);
  }

  #ran(asked: Asked, end: End): void {
    const phases = this.#record(asked, end);
    if (phases !== undefined) {
      asked.session?.profiled({ phases, outcome: end.outcome, call: asked.call }, false);
    }
  }

  #record(asked: Asked, end: End): PhaseTimes | undefined {
    const { call, sessionId, session, watch, sharing } = asked;
    if (sharing?.unshared !== undefined) {
      this.#counters.unshared(sharing.unshared.reason);
      session?.countUnshared(sharing.unshared.reason);
    }
    const latencyNs = Math.round((performance.now() - asked.since) * 1e6);
    const phases = watch?.times;
    const record = { call, sessionId, latencyNs, atMs: Date.now(), phases, sharing, ...end };
    this.#journal.record(record, session?.files);
    return phases;
  }

  #countHit({ session, call }: Asked, { work, result, origin, source }: Hit): void {
    const { toolMs } = result;
    this.#counters.hit(work, toolMs);
    const isFromElsewhere = origin !== undefined;
    if (isFromElsewhere) this.#counters.worktreeHit();
    if (session === undefined) return;
    const bytes = session.isCounted ? sizeOf(result) : 0;
    const saved = { savedMs: toolMs, bytes, isFromElsewhere };
    this.#sessions.count(session, { work, outcome: "cached", call, source, ...saved });
  }

  #countRun(asked: Asked | undefined, run: Omit<Counted, "call"> & Run): void {
    this.#counters.ran(run.work, run.outcome, run.reason);
    if (asked?.session !== undefined) this.#sessions.count(asked.session, { ...run, call: asked.call });
  }
}

/** A hit as it is counted. */
interface Hit {
  readonly work: Work;
  readonly result: StoredResult;
  /** The root of the checkout that the result came from, if that's another one. */
  readonly origin: string | undefined;
  /** As `Counted` has it. */
  readonly source?: string;
}

/** What is known of every command for which the tool ran. */
interface Run {
  readonly outcome: Exclude<Counted["outcome"], "cached">;
  readonly reason: Reason;
}

function sizeOf(result: StoredResult): number {
  return result.files.reduce((sum, file) => sum + file.size, 0);
}

function named(outcome: "hit" | "miss", work: Work): JournalOutcome {
  return work === "links" ? `link_${outcome}` : outcome;
}
