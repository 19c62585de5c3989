import { type JournalCall, PATHS, type PhaseTimes, type Reason } from "../core/mod.ts";

export type { JournalCall } from "../core/mod.ts";

/** What became of a command, as the journal tells it. */
export type JournalOutcome = "hit" | "miss" | "error" | "link_hit" | "link_miss";

/** A value that JSON can say. */
export type JournalValue =
  | string
  | number
  | boolean
  | null
  | readonly JournalValue[]
  | { readonly [name: string]: JournalValue };

/** More about a reason, by name: what differed from which earlier entry, which files changed. Goes into `because`. */
export type JournalCause = { readonly [name: string]: JournalValue };

/** One line of the journal. */
export interface JournalRecord {
  readonly call: JournalCall;
  readonly outcome: JournalOutcome;
  /** The session that asked, also one that has ended; null for none. */
  readonly sessionId: string | null;
  /** Null where the tool replaced the launcher and its end is not known. */
  readonly exitCode: number | null;
  /** Wall clock in the daemon, from the request to the outcome. */
  readonly latencyNs: number;
  /** Wall clock, in ms. */
  readonly atMs: number;
  /** Why it wasn't a hit; its group tells a miss from what isn't cacheable. */
  readonly reason?: Reason;
  readonly detail?: string | undefined;
  readonly because?: JournalCause | undefined;
  /** The context key, for `zccache inspect`. */
  readonly key?: string | undefined;
  /** How long the tool took, in ms: in this run, or for a hit in the run that it spared. */
  readonly toolMs?: number | undefined;
  /** How the command stands to other checkouts of its repository, where that was asked. */
  readonly sharing?: {
    /** The root of the checkout whose compile made this hit. */
    readonly from?: string;
    /** Why the result stays with this checkout. */
    readonly unshared?: { readonly reason: Reason; readonly detail?: string };
  } | undefined;
  /** At what priority the tool ran; only where it did. */
  readonly priority?: string | undefined;
  /** Only with a session's profile. */
  readonly phases?: PhaseTimes | undefined;
}

/** Largest value of a variable that is written. */
const MAX_VALUE_CHARACTERS = 4096;

/** A record as one line of JSON; `id` names it in its journal. */
export function journalLine(record: JournalRecord, id: string): string {
  const { call } = record;
  const env = call.env.map(([name, value]) => [name, value.slice(0, MAX_VALUE_CHARACTERS)]);
  return JSON.stringify({
    ts: new Date(record.atMs).toISOString(),
    outcome: record.outcome,
    compiler: call.compiler,
    args: [...call.args],
    cwd: call.cwd,
    env: env.length === 0 ? undefined : env,
    exit_code: record.exitCode,
    session_id: record.sessionId,
    latency_ns: record.latencyNs,
    reason: record.reason,
    detail: record.detail,
    because: record.because,
    id,
    source: inFolder(call.cwd, call.source),
    output: inFolder(call.cwd, call.output),
    context_key: record.key,
    tool_ns: record.toolMs === undefined ? undefined : Math.round(record.toolMs * 1e6),
    priority: record.priority,
    shared_from: record.sharing?.from,
    not_shared: record.sharing?.unshared,
    phase_ns: record.phases,
  }) + "\n";
}

/** A record as a line for people, for a session's log. */
export function logLine(record: JournalRecord): string {
  const { call, outcome, reason } = record;
  const from = inFolder(call.cwd, call.source) ?? [call.compiler, ...call.args].join(" ");
  const to = inFolder(call.cwd, call.output);
  const what = to === undefined ? from : `${from} -> ${to}`;
  const time = `${new Date(record.atMs).toISOString()} `;
  const why = reason === undefined
    ? ""
    : ` (reason: ${record.detail === undefined ? reason : `${reason}: ${record.detail}`})`;
  const took = ` in ${(record.latencyNs / 1e6).toFixed(1)} ms`;
  const { unshared } = record.sharing ?? {};
  const about = unshared?.detail === undefined ? "" : `: ${unshared.detail}`;
  const alone = unshared === undefined ? "" : ` (not shared: ${unshared.reason}${about})`;
  switch (outcome) {
    case "hit":
    case "link_hit":
      return `${time}${
        record.sharing?.from === undefined ? "[HIT]" : "[HIT_WORKTREE]"
      } ${what}${took}${alone}\n`;
    case "error":
      return `${time}[DIRECT] exit_code=${record.exitCode ?? "unknown"} ${what}${why}${took}${alone}\n`;
    case "miss":
    case "link_miss":
      return `${time}[MISS] ${what}${why}${took}${alone}\n`;
  }
}

function inFolder(cwd: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : PATHS.from(cwd, path);
}
