import { REASONS } from "../../lib/core/mod.ts";
import {
  isHit,
  type JournalEntry,
  type JournalTally,
  type SizePoint,
  subjectOf,
  Tallying,
} from "../../lib/journal/mod.ts";

/** What became of a command, in the four colours of the report. */
export const OUTCOMES = ["hit", "miss", "not cached", "error"] as const;
export type Shown = (typeof OUTCOMES)[number];

/** A command that took long, or a file that was compiled often. */
export interface Costly {
  readonly subject: string;
  readonly toolMs: number;
  readonly count: number;
  readonly reason: string;
}

/** Commands that followed each other without a long pause: most likely a build. */
export interface Build {
  /** Wall clock, in ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly counts: Readonly<Record<Shown, number>>;
  /** Its commands in `Report.records`: from the first up to but without the last. */
  readonly first: number;
  readonly last: number;
}

/** A command as the timeline draws it. */
export interface Drawn {
  readonly startMs: number;
  readonly endMs: number;
  readonly shown: Shown;
  readonly entry: JournalEntry;
}

/** Everything that the page is made of. */
export interface Report {
  readonly session: string | undefined;
  readonly madeMs: number;
  readonly tally: JournalTally;
  readonly slowest: readonly Costly[];
  readonly rebuilt: readonly Costly[];
  readonly builds: readonly Build[];
  /** Sorted by their start. */
  readonly records: readonly Drawn[];
  /** What `status --json` says of the daemon, if one runs. */
  readonly daemon: Readonly<Record<string, unknown>> | undefined;
  /** How full the cache was, the oldest first. */
  readonly sizes: readonly SizePoint[];
}

/** A pause after which another build begins. */
const PAUSE_MS = 120_000;
/** Rows of a table. */
const ROWS = 20;

/** Makes a report of entries, in any order. */
export function collectReport(
  entries: readonly JournalEntry[],
  about: Pick<Report, "session" | "madeMs" | "daemon" | "sizes">,
): Report {
  const tallying = new Tallying();
  const byFile = new Map<string, { count: number; toolMs: number; reason: string }>();
  for (const entry of entries) {
    tallying.add(entry);
    if (isHit(entry) || entry.source === undefined) continue;
    const row = byFile.get(entry.source) ?? { count: 0, toolMs: 0, reason: "" };
    row.count++;
    row.toolMs += entry.toolMs ?? 0;
    row.reason = entry.reason ?? "";
    byFile.set(entry.source, row);
  }
  const records = entries.map(drawn).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  return {
    ...about,
    tally: tallying.result,
    slowest: slowest(entries),
    rebuilt: [...byFile].filter(([, { count }]) => count > 1)
      .map(([subject, row]) => ({ subject, ...row }))
      .sort((a, b) => b.count - a.count || b.toolMs - a.toolMs).slice(0, ROWS),
    builds: buildsOf(records),
    records,
  };
}

/** What became of an entry, for people. */
function shownOf(entry: JournalEntry): Shown {
  if (isHit(entry)) return "hit";
  if (entry.outcome === "error") return "error";
  return entry.reason === undefined || REASONS[entry.reason].group === "miss" ? "miss" : "not cached";
}

/** Hits among the look-ups, 0 to 1; undefined while there were none. */
export function rateOf({ hit, miss }: Readonly<Record<Shown, number>>): number | undefined {
  return hit + miss === 0 ? undefined : hit / (hit + miss);
}

/** Cuts a build into slices of equal length, to show how it went on. */
export function slicesOf(report: Report, build: Build, count: number): Build[] {
  const lengthMs = Math.max(1, build.toMs - build.fromMs) / count;
  const slices = Array.from({ length: count }, (_, i) => ({
    fromMs: build.fromMs + i * lengthMs,
    toMs: build.fromMs + (i + 1) * lengthMs,
    counts: noCounts(),
    first: build.first,
    last: build.last,
  }));
  for (const { startMs, shown } of report.records.slice(build.first, build.last)) {
    const index = Math.min(count - 1, Math.floor((startMs - build.fromMs) / lengthMs));
    slices[index]!.counts[shown]++;
  }
  return slices;
}

function drawn(entry: JournalEntry): Drawn {
  return { startMs: entry.atMs - entry.latencyMs, endMs: entry.atMs, shown: shownOf(entry), entry };
}

function slowest(entries: readonly JournalEntry[]): Costly[] {
  return entries.filter((entry) => !isHit(entry) && entry.toolMs !== undefined)
    .sort((a, b) => b.toolMs! - a.toolMs!).slice(0, ROWS)
    .map((entry) => ({
      subject: subjectOf(entry),
      toolMs: entry.toolMs!,
      count: 1,
      reason: entry.reason ?? "",
    }));
}

function buildsOf(records: readonly Drawn[]): Build[] {
  const builds: (Build & { toMs: number; last: number; counts: Record<Shown, number> })[] = [];
  for (const [index, { startMs, endMs, shown }] of records.entries()) {
    let build = builds.at(-1);
    if (build === undefined || startMs - build.toMs > PAUSE_MS) {
      build = { fromMs: startMs, toMs: endMs, counts: noCounts(), first: index, last: index };
      builds.push(build);
    }
    build.toMs = Math.max(build.toMs, endMs);
    build.last = index + 1;
    build.counts[shown]++;
  }
  return builds;
}

function noCounts(): Record<Shown, number> {
  return { "hit": 0, "miss": 0, "not cached": 0, "error": 0 };
}
