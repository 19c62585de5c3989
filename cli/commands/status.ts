import { hitRate, REASONS, type SessionLine, type StatusReport, type Tally } from "../../lib/core/mod.ts";
import { type Command, type Outcome, printed, said } from "../command.ts";
import { formatBytes, formatMs, formatRate, formatRow, formatSecs } from "../format.ts";
import { showLive } from "./_live_status.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** `zccache status`. */
export const statusCommand: Command = {
  name: "status",
  aliases: ["--show-stats"],
  summary: "show what the daemon did and holds",
  about: [
    "Shows hits and misses since the daemon started or was cleared, the reasons why commands were not answered from " +
    "the cache, and what is stored. It starts no daemon.",
    "The keys of --json are stable: later versions may add some, none changes its meaning.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    JSON_OPTION,
    { name: "watch", meaning: "shown again each second, on a terminal, with what came since", here: true },
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache status", "for people"],
    ["zccache status --json | jq .daemon.cache_hits", "one number"],
  ],
  exits: [[0, "shown"], [1, "no daemon is running"], [2, "--watch without a terminal"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: ({ daemon, settings, options, live, terminal }) => {
    if (options.has("watch")) {
      return live === undefined || !terminal.stdout
        ? Promise.resolve(said(2, "error: --watch needs a terminal\n"))
        : showLive(live);
    }
    const json = options.has("json");
    if (daemon === undefined) return Promise.resolve(notRunning(settings.endpoint, json));
    const report = daemon.status();
    return Promise.resolve(
      printed(json ? `${JSON.stringify(statusObject(report), null, 2)}\n` : statusText(report)),
    );
  },
};

function notRunning(endpoint: string, json: boolean): Outcome {
  if (!json) return said(1, `daemon not running at ${endpoint}\n`);
  const object = { endpoint, error: "daemon not running", status: "error" };
  return { exit: 1, stdout: `${JSON.stringify(object, null, 2)}\n`, stderr: "" };
}

/** The object of `status --json`; docs/manual/status.md lists its keys. */
export function statusObject(report: StatusReport): Record<string, unknown> {
  return sorted({
    status: "ok",
    protocol_version: report.protocol,
    endpoint: report.endpoint,
    hit_rate: hitRate(report.compilations) ?? null,
    link_hit_rate: hitRate(report.links) ?? null,
    reasons: sorted({ ...report.reasons }),
    not_shared: sorted({ ...report.worktrees.unshared }),
    daemon: sorted({
      version: report.version,
      endpoint: report.endpoint,
      cache_dir: report.cacheDir,
      pid: report.pid,
      uptime_secs: report.uptimeSecs,
      total_compilations: report.compilations.total,
      cache_hits: report.compilations.cached,
      cache_misses: report.compilations.cold,
      same_root_hits: report.compilations.cached + report.links.cached - report.worktrees.hits,
      worktree_hits: report.worktrees.hits,
      non_cacheable: report.compilations.nonCacheable,
      compile_errors: report.compilations.errors,
      total_links: report.links.total,
      link_hits: report.links.cached,
      link_misses: report.links.cold,
      link_non_cacheable: report.links.nonCacheable,
      link_errors: report.links.errors,
      time_saved_ms: report.timeSavedMs,
      artifact_count: report.artifacts.count,
      cache_size_bytes: report.artifacts.bytes,
      cache_budget_bytes: report.artifacts.budgetBytes,
      artifacts_evicted: report.artifacts.evicted,
      artifacts_damaged: report.artifacts.damaged,
      incremental_bytes: report.artifacts.incrementalBytes,
      metadata_entries: report.metadataEntries,
      dep_graph_contexts: report.depGraph.contexts,
      dep_graph_files: report.depGraph.files,
      sessions_active: report.sessions.active,
      sessions_total: report.sessions.total,
      sessions: report.sessions.open.map(sessionLine),
      private_daemon: privateDaemon(report.sessions.open),
      watcher_active: report.watch.watchedFolders > 0,
      watched_folders: report.watch.watchedFolders,
      watch_limit: report.watch.limit,
      memory_bytes: report.health.memoryBytes,
      running: report.health.running,
      faults: faultsOf(report),
      crash_dumps: report.health.crashDumps,
      watcher_degradations: report.watch.resets,
      files_by_stat: sorted({ ...report.watch.byStat }),
      materialization: { mode: report.delivery.mode },
    }),
  });
}

function sessionLine(session: SessionLine): Record<string, unknown> {
  const { id, cwd, ageMs, idleMs } = session;
  return { session_id: id, cwd, age_ms: Math.round(ageMs), idle_ms: Math.round(idleMs) };
}

/** Names of variables only: what a session keeps to itself has values that nobody else may see. */
function privateDaemon(sessions: readonly SessionLine[]): Record<string, unknown> {
  const owners = [...new Set(sessions.flatMap((session) => session.owners))];
  const names = [...new Set(sessions.flatMap((session) => session.envNames))].sort();
  const name = sessions.find(({ daemonName }) => daemonName !== undefined)?.daemonName ?? null;
  return { enabled: owners.length > 0, name, owners, private_env_keys: names };
}

/** What people read. */
export function statusText(report: StatusReport): string {
  const { artifacts, depGraph, watch } = report;
  return [
    `zccache daemon v${report.version} (protocol v${report.protocol}) (${report.endpoint}) — uptime `,
    `${formatSecs(report.uptimeSecs)}, pid ${report.pid}\n`,
    `cache dir: ${report.cacheDir}\n\n`,
    ...tallyRows(report.compilations, "Compilations:", "Hit rate:"),
    report.worktrees.hits > 0 ? row("Worktrees:", worktreeText(report)) : "",
    report.timeSavedMs > 0 ? row("Time saved:", `~${formatMs(report.timeSavedMs)}`) : "",
    report.compilations.errors > 0 ? row("Errors:", String(report.compilations.errors)) : "",
    ...(report.links.total > 0 ? ["\n", ...tallyRows(report.links, "Links:", "Link hit rate:")] : []),
    "\n",
    row(
      "Artifacts:",
      `${artifacts.count} (${formatBytes(artifacts.bytes)} of ${formatBytes(artifacts.budgetBytes)})`,
    ),
    artifacts.evicted > 0 ? row("Evicted:", String(artifacts.evicted)) : "",
    artifacts.incrementalBytes > 0 ? row("Incremental:", formatBytes(artifacts.incrementalBytes)) : "",
    artifacts.damaged > 0 ? row("Damaged:", `${artifacts.damaged} found and dropped`) : "",
    row("Dep graph:", `${depGraph.contexts} contexts, ${depGraph.files} files`),
    row("Metadata:", `${report.metadataEntries} entries`),
    row("Watcher:", watchText(watch)),
    row("Health:", healthText(report)),
    row("Delivery:", report.delivery.mode),
    report.sessions.total > 0
      ? row("Sessions:", `${report.sessions.active} active / ${report.sessions.total} total`)
      : "",
    ...reasonRows("Not from the cache, by reason:", report.reasons),
    ...reasonRows("Not shared with other checkouts, by reason:", report.worktrees.unshared),
  ].join("");
}

function tallyRows(tally: Tally, label: string, rateLabel: string): string[] {
  const parts = `${tally.cached} cached, ${tally.cold} cold, ${tally.nonCacheable} non-cacheable`;
  return [row(label, `${tally.total} total (${parts})`), row(rateLabel, formatRate(hitRate(tally)))];
}

function watchText(watch: StatusReport["watch"]): string {
  const parts = [`${watch.watchedFolders} folders by events (at most ${watch.limit})`];
  for (const [reason, files] of Object.entries(watch.byStat).sort(byName)) {
    parts.push(`${files} files by stat (${reason})`);
  }
  if (watch.resets > 0) parts.push(`${watch.resets} resets`);
  return parts.join(", ");
}

function healthText(report: StatusReport): string {
  const { memoryBytes, running, crashDumps } = report.health;
  const faults = faultsOf(report);
  const parts = [`${formatBytes(memoryBytes)} of memory`, `${running} running`];
  if (faults > 0) parts.push(`${faults} faults`);
  if (crashDumps > 0) parts.push(`${crashDumps} crash dumps (zccache crashes)`);
  return parts.join(", ") + (faults + crashDumps > 0 ? "; zccache doctor looks into it" : "");
}

/** Commands that were not answered because something of ours went wrong. */
function faultsOf(report: StatusReport): number {
  const names = Object.keys(REASONS) as (keyof typeof REASONS)[];
  return names.filter((name) => REASONS[name].group === "fault")
    .reduce((sum, name) => sum + (report.reasons[name] ?? 0), 0);
}

function worktreeText({ compilations, links, worktrees }: StatusReport): string {
  const own = compilations.cached + links.cached - worktrees.hits;
  return `${worktrees.hits} hits from another checkout, ${own} from the same`;
}

function reasonRows(heading: string, reasons: StatusReport["reasons"]): string[] {
  const rows = (Object.keys(REASONS) as (keyof typeof REASONS)[])
    .map((name) => ({ name, count: reasons[name] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || REASONS[a.name].code - REASONS[b.name].code);
  if (rows.length === 0) return [];
  return [`\n  ${heading}\n`].concat(
    rows.map(({ name, count }) => `  ${String(count).padStart(7)}  ${name}: ${REASONS[name].text}\n`),
    "\n  zccache why FILE tells what lay behind one, and what to do about it.\n",
  );
}

function row(label: string, value: string): string {
  return formatRow(label, value, 15);
}

function sorted<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).sort(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
