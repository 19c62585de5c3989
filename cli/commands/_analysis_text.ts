import { type Group, type JournalEntry, kindOf, optionOf, type Rollup } from "../../lib/journal/mod.ts";
import { formatMs, formatRate } from "../format.ts";

/** A journal, rolled up, and how much of it is shown in which order. */
export interface Analysis {
  readonly path: string;
  readonly rollup: Rollup;
  readonly lineCount: number;
  readonly parsedCount: number;
  readonly top: number;
  readonly weight: (group: Group) => number;
}

/** The object of `--json`; docs/manual/journal.md lists its keys. */
export function analysisObject(analysis: Analysis): Record<string, unknown> {
  const { rollup, path, lineCount, parsedCount, top } = analysis;
  const { compilations, links } = rollup;
  const crates = heaviest(analysis, "crate", Infinity);
  const tools = heaviest(analysis, "tool", Infinity);
  return {
    status: "ok",
    schema_version: 1,
    journal_path: path,
    line_count: lineCount,
    parsed_count: parsedCount,
    compile_count: sum(compilations),
    hit_count: compilations.hits,
    miss_count: compilations.misses,
    non_cacheable_count: compilations.nonCacheable,
    error_count: compilations.errors,
    link_count: sum(links),
    link_hit_count: links.hits,
    link_miss_count: links.misses,
    link_non_cacheable_count: links.nonCacheable,
    hit_rate: rate(compilations) ?? null,
    total_latency_ms: round(compilations.totalMs + links.totalMs),
    time_saved_ms: round(rollup.savedMs),
    by_crate: crates.map((group) => ({ crate_name: group.name, ...countsObject(group) })),
    by_extension: byName(heaviest(analysis, "extension", Infinity)),
    by_source: heaviest(analysis, "source", top).map((group) => ({
      source: group.name,
      ...countsObject(group),
    })),
    by_tool: byName(tools),
    by_tool_calls: Object.fromEntries(tools.map((group) => [group.name, sum(group)])),
    by_tool_total_ms: Object.fromEntries(tools.map((group) => [group.name, round(group.totalMs)])),
    by_reason: Object.fromEntries([...rollup.reasons].sort((a, b) => b[1] - a[1])),
    top_miss_crates: crates.filter(({ misses }) => misses > 0).toSorted((a, b) => b.misses - a.misses)
      .slice(0, top).map((group) => ({ crate_name: group.name, misses: group.misses })),
    top_slowest: rollup.slowest(top).map(slowObject),
  };
}

/** What people read. */
export function analysisText(analysis: Analysis): string {
  const { rollup, path, lineCount, parsedCount, top } = analysis;
  const strange = lineCount - parsedCount;
  return [
    `${path}: ${parsedCount} records${strange === 0 ? "" : `, ${strange} lines that are none`}\n\n`,
    totals("Compilations:", rollup.compilations),
    sum(rollup.links) === 0 ? "" : totals("Links:", rollup.links),
    rollup.savedMs < 1 ? "" : `  Time saved:    ~${formatMs(rollup.savedMs)}\n`,
    table("By tool", heaviest(analysis, "tool", top)),
    table("By extension", heaviest(analysis, "extension", top)),
    table("By crate", heaviest(analysis, "crate", top)),
    table("By source", heaviest(analysis, "source", top)),
    reasons(rollup),
    slowest(rollup.slowest(top)),
  ].join("");
}

function totals(label: string, group: Omit<Group, "name">): string {
  const { hits, misses, nonCacheable, errors } = group;
  const counts = `${hits} hits, ${misses} misses, ${nonCacheable} non-cacheable, ${errors} errors`;
  return `  ${label.padEnd(15)}${sum(group)} total (${counts}), hit rate ${formatRate(rate(group))}\n`;
}

function table(title: string, groups: readonly Group[]): string {
  if (groups.length === 0) return "";
  const head = "     hits   misses  non-cach.   errors       time";
  const rows = groups.map(({ name, hits, misses, nonCacheable, errors, totalMs }) =>
    [hits, misses, nonCacheable, errors].map((count, i) => String(count).padStart(i === 2 ? 11 : 9)).join(
      "",
    ) +
    `${formatMs(totalMs).padStart(11)}  ${name === "" ? "(none)" : name}\n`
  );
  return `\n  ${title}\n${head}\n${rows.join("")}`;
}

function reasons({ reasons }: Rollup): string {
  if (reasons.size === 0) return "";
  const rows = [...reasons].sort((a, b) => b[1] - a[1]);
  return `\n  By reason\n${rows.map(([name, count]) => `${String(count).padStart(9)}  ${name}\n`).join("")}`;
}

function slowest(entries: readonly JournalEntry[]): string {
  const rows = entries.map((entry) =>
    `${formatMs(entry.latencyMs).padStart(9)}  ${kindOf(entry).padEnd(13)}  ${toolOf(entry)}  ${
      subjectOf(entry)
    }\n`
  );
  return `\n  Slowest\n${rows.join("")}`;
}

function slowObject(entry: JournalEntry): Record<string, unknown> {
  return {
    crate_name: optionOf(entry, "--crate-name") ?? null,
    crate_type: optionOf(entry, "--crate-type") ?? null,
    ms: round(entry.latencyMs),
    outcome: entry.outcome,
    tool: toolOf(entry),
    source: entry.source ?? null,
    id: entry.id ?? null,
  };
}

function countsObject(group: Group): Record<string, number> {
  const { hits, misses, nonCacheable, errors, totalMs } = group;
  return { hits, misses, non_cacheable: nonCacheable, errors, total_ms: round(totalMs) };
}

function byName(groups: readonly Group[]): Record<string, unknown> {
  return Object.fromEntries(groups.map((group) => [group.name, countsObject(group)]));
}

function heaviest({ rollup, weight }: Analysis, by: Parameters<Rollup["groups"]>[0], most: number): Group[] {
  return rollup.groups(by).sort((a, b) => weight(b) - weight(a)).slice(0, most);
}

function toolOf({ compiler }: JournalEntry): string {
  return compiler.slice(compiler.lastIndexOf("/") + 1);
}

function subjectOf({ source, args }: JournalEntry): string {
  const text = source ?? args.join(" ");
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function sum({ hits, misses, nonCacheable, errors }: Omit<Group, "name">): number {
  return hits + misses + nonCacheable + errors;
}

function rate({ hits, misses }: Omit<Group, "name">): number | undefined {
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
