import type { Phase, PhaseTimes } from "./phases.ts";
import type { Reason } from "./reasons.ts";

/** What a session is asked to be. */
export interface SessionRequest {
  /** The folder on record, absolute. */
  readonly cwd: string;
  readonly stats: boolean;
  readonly profile: boolean;
  /** Absolute; undefined = none. */
  readonly log: string | undefined;
  readonly journal: string | undefined;
  /** Set for a session that lives as long as one of its owners; empty = the parent of the process that asked. */
  readonly owners: readonly number[] | undefined;
  /** What the daemon of a session with owners shall be called: all of its sessions that say so must agree. */
  readonly daemonName?: string | undefined;
  /** Variables for the session's tools, over the callers' own. */
  readonly env: readonly (readonly [name: string, value: string])[];
}

/** A session that was begun. */
export interface SessionStarted {
  readonly id: string;
  readonly startedMs: number;
  readonly journal: string | undefined;
}

/** What a session's commands came to. */
export interface SessionCounts {
  readonly hits: number;
  readonly misses: number;
  readonly nonCacheable: number;
  readonly errors: number;
  readonly linkHits: number;
  readonly linkMisses: number;
  readonly linkNonCacheable: number;
  readonly linkErrors: number;
  /** Hits, of links too, that another checkout's compile made. */
  readonly worktreeHits: number;
  /** The tools' own time that hits made unnecessary. */
  readonly timeSavedMs: number;
  readonly uniqueSources: number;
  /** Bytes of results that hits delivered. */
  readonly bytesRead: number;
  /** Bytes of results that misses stored. */
  readonly bytesWritten: number;
  /** How often each reason was given. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** How often each reason kept a result from being shared between checkouts. */
  readonly unshared: Readonly<Partial<Record<Reason, number>>>;
}

/** One phase over all requests, times in nanoseconds; percentiles to within 5 %. */
export interface PhaseSummary {
  readonly phase: Phase;
  readonly count: number;
  readonly totalNs: number;
  readonly p50Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** A request that took long. */
export interface SlowRequest {
  readonly totalNs: number;
  readonly phases: PhaseTimes;
  readonly outcome: string;
  /** The program, and the main input or the arguments. */
  readonly tool: string;
  readonly what: string;
}

/** Where the time of a session's requests went. */
export interface ProfileReport {
  readonly requests: number;
  readonly phases: readonly PhaseSummary[];
  /** The ten slowest, the slowest first. */
  readonly slowest: readonly SlowRequest[];
}

/** What is told of a session. */
export interface SessionReport {
  readonly id: string;
  readonly cwd: string;
  readonly durationMs: number;
  /** Undefined without `--stats`. */
  readonly counts: SessionCounts | undefined;
  /** Undefined without `--profile`. */
  readonly profile: ProfileReport | undefined;
}

/** A session in a list. Values of its own variables are never shown. */
export interface SessionLine {
  readonly id: string;
  readonly cwd: string;
  readonly ageMs: number;
  readonly idleMs: number;
  readonly owners: readonly number[];
  readonly envNames: readonly string[];
  readonly daemonName: string | undefined;
}
