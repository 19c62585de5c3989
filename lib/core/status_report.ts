import type { Reason } from "./reasons.ts";
import type { SessionLine } from "./session_report.ts";

/** How often a kind of work was asked for since the daemon started or was cleared, and what became of it. */
export interface Tally {
  /** Everything that was asked: the sum of the other four. */
  readonly total: number;
  /** Answered from the cache. */
  readonly cached: number;
  /** Run, and kept for the next time. */
  readonly cold: number;
  /** Run without keeping anything, for one of the reasons in `StatusReport.reasons`. */
  readonly nonCacheable: number;
  /** Run, and ended with another exit code than 0 or by a signal. */
  readonly errors: number;
}

/** What `zccache status` shows: a value made by the daemon, printed by the command. */
export interface StatusReport {
  /** The daemon's version, `MAJOR.MINOR.PATCH`. */
  readonly version: string;
  /** The version of the frames. */
  readonly protocol: number;
  readonly endpoint: string;
  readonly cacheDir: string;
  readonly pid: number;
  readonly uptimeSecs: number;
  readonly compilations: Tally;
  readonly links: Tally;
  /** What sharing between checkouts brought: hits from another one, and why results were not shared. */
  readonly worktrees: {
    readonly hits: number;
    readonly unshared: Readonly<Partial<Record<Reason, number>>>;
  };
  /** The tools' own time that hits made unnecessary, in milliseconds. */
  readonly timeSavedMs: number;
  /** How often each reason was given; reasons that never were are absent. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  readonly artifacts: {
    readonly count: number;
    readonly bytes: number;
    readonly budgetBytes: number;
    /** Dropped to stay within the budget. */
    readonly evicted: number;
    /** Found changed or missing, and dropped. */
    readonly damaged: number;
    /** Of compilers' incremental data, which count towards the budget too. */
    readonly incrementalBytes: number;
  };
  /** Known commands, and the files that the results depend on. */
  readonly depGraph: { readonly contexts: number; readonly files: number };
  /** Files whose digest is remembered. */
  readonly metadataEntries: number;
  readonly sessions: {
    readonly active: number;
    /** Begun or taken up since the start or the last clear. */
    readonly total: number;
    readonly open: readonly SessionLine[];
  };
  readonly watch: {
    /** Folders watched by events. */
    readonly watchedFolders: number;
    /** Files asked by stat at each look-up, by reason. */
    readonly byStat: Readonly<Record<string, number>>;
    /** Most folders and files that may be watched; beyond it files are asked by stat. */
    readonly limit: number;
    /** Times the event queue overflowed or a mount changed. */
    readonly resets: number;
  };
  readonly health: {
    /** The daemon's resident memory. */
    readonly memoryBytes: number;
    /** Misses whose tool runs now. */
    readonly running: number;
    /** Dumps in ROOT/crashes. */
    readonly crashDumps: number;
  };
  readonly delivery: { readonly mode: string };
}

/** Hits among the answered look-ups, 0 to 1; undefined while there were none. */
export function hitRate(tally: Tally): number | undefined {
  const lookups = tally.cached + tally.cold;
  return lookups === 0 ? undefined : tally.cached / lookups;
}

/** What `zccache clear` removed. */
export interface ClearReport {
  readonly results: number;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** What `zccache inspect KEY` shows of a stored result. */
export interface InspectedResult {
  readonly kind: "result";
  readonly key: string;
  readonly exit: number;
  /** How long the tool took, in milliseconds. */
  readonly toolMs: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  readonly files: readonly {
    readonly role: string;
    readonly mode: number;
    readonly size: number;
    /** The blob's digest; undefined for what is kept in the index. */
    readonly blob?: string;
  }[];
}

/** What `zccache inspect KEY` shows of a command: one entry for each set of inputs under which it gave a result. */
export interface InspectedContext {
  readonly kind: "context";
  readonly key: string;
  readonly entries: readonly {
    readonly result: string;
    /** Files named by the command itself, and those the tool reported. */
    readonly inputs: readonly { readonly path: string; readonly content: string }[];
  }[];
}

/** What `zccache inspect KEY` shows. */
export type InspectReport = InspectedResult | InspectedContext;
