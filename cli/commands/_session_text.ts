import type { ProfileReport, SessionCounts, SessionReport } from "../../lib/core/mod.ts";
import { formatMs, formatRate } from "../format.ts";

/** Whether a text has the form of a session's id. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** What people read of a session's counts. */
export function sessionText(report: SessionReport, state: "active" | "complete"): string {
  const { counts } = report;
  const head = `Session ${report.id} (${state}, ${formatMs(report.durationMs)})\n`;
  if (counts === undefined) return `${head}  not counted: it was begun without --stats\n`;
  const { hits, misses, nonCacheable, errors } = counts;
  const links = counts.linkHits + counts.linkMisses + counts.linkNonCacheable;
  return [
    head,
    `  ${
      hits + misses + nonCacheable
    } compilations: ${hits} hits, ${misses} misses, ${nonCacheable} non-cacheable\n`,
    `  Hit rate: ${formatRate(rateOf(hits, misses))}\n`,
    links === 0
      ? ""
      : `  ${links} links: ${counts.linkHits} hits, ${counts.linkMisses} misses, ${counts.linkNonCacheable} non-cacheable\n`,
    errors + counts.linkErrors === 0 ? "" : `  Errors: ${errors + counts.linkErrors}\n`,
    counts.worktreeHits === 0 ? "" : `  ${counts.worktreeHits} of the hits from another checkout\n`,
    counts.timeSavedMs < 1 ? "" : `  Time saved: ~${formatMs(counts.timeSavedMs)}\n`,
  ].join("");
}

/** The object of `--json`; docs/manual/sessions.md lists its keys. */
export function sessionObject(report: SessionReport): Record<string, unknown> {
  const { id, counts, profile } = report;
  const phases = profile === undefined ? {} : { phase_profile: profileObject(profile) };
  if (counts === undefined) {
    return { status: "unavailable", session_id: id, reason: "stats_not_enabled", ...phases };
  }
  return {
    status: "ok",
    session_id: id,
    duration_ms: Math.round(report.durationMs),
    ...countsObject(counts),
    ...phases,
  };
}

function countsObject(counts: SessionCounts): Record<string, unknown> {
  const { hits, misses, nonCacheable } = counts;
  return {
    compilations: hits + misses + nonCacheable,
    hits,
    misses,
    non_cacheable: nonCacheable,
    errors: counts.errors,
    hit_rate: rateOf(hits, misses) ?? null,
    link_hits: counts.linkHits,
    link_misses: counts.linkMisses,
    link_non_cacheable: counts.linkNonCacheable,
    link_errors: counts.linkErrors,
    same_root_hits: hits + counts.linkHits - counts.worktreeHits,
    worktree_hits: counts.worktreeHits,
    time_saved_ms: Math.round(counts.timeSavedMs),
    unique_sources: counts.uniqueSources,
    bytes_read: counts.bytesRead,
    bytes_written: counts.bytesWritten,
    lookup_outcomes: { hit: hits + counts.linkHits, ...counts.reasons },
    not_shared: counts.unshared,
  };
}

function profileObject(profile: ProfileReport): Record<string, unknown> {
  const phases = profile.phases.map((phase) =>
    [phase.phase, {
      count: phase.count,
      total_ns: phase.totalNs,
      p50_ns: phase.p50Ns,
      p90_ns: phase.p90Ns,
      p99_ns: phase.p99Ns,
      max_ns: phase.maxNs,
    }] as const
  );
  return {
    requests: profile.requests,
    phases: Object.fromEntries(phases),
    slowest: profile.slowest.map(({ totalNs, phases, outcome, tool, what }) => ({
      total_ns: totalNs,
      outcome,
      tool,
      what,
      phase_ns: phases,
    })),
  };
}

function rateOf(hits: number, misses: number): number | undefined {
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}
