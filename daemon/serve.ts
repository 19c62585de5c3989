import { rootFolder } from "../cli/mod.ts";
import { budgetBytes, type Settings } from "../lib/core/mod.ts";
import { CompileCache, IncrementalData } from "../lib/cache/mod.ts";
import { openFileView } from "../lib/files/mod.ts";
import { Journal, LineFile } from "../lib/journal/mod.ts";
import { SessionFolder, Sessions } from "../lib/sessions/mod.ts";
import { openFolderShelf, openStore, volumeOf } from "../lib/store/mod.ts";
import { askBy, hostCpu, isOursBy, observerBeside } from "./host.ts";
import { Batches } from "./batches.ts";
import { Compiles } from "./compiles.ts";
import { Counters } from "./counters.ts";
import { openEndpoint } from "./endpoint.ts";
import { CpuLoad } from "./cpu_load.ts";
import { Housekeeping } from "./housekeeping.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Listener } from "./listener.ts";
import type { Log } from "./log.ts";
import { Misses } from "./misses.ts";
import { Outcomes } from "./outcomes.ts";
import { Priorities } from "./priorities.ts";
import { Requests } from "./requests.ts";
import { sweepTemporary } from "./root.ts";
import { SessionDesk } from "./session_desk.ts";
import { openSizeHistory } from "./size_history.ts";
import { Tickets } from "./tickets.ts";

/** How long requests in hand may take once the daemon is leaving, in milliseconds. */
const DRAIN_MS = 30_000;

/** With less than this on the root's volume no run is begun: a tool that can't write a depfile there would fail. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024;

/** All of the daemon, in order of dependence; returns when it has left. The caller holds the root's lock. */
export async function serve(settings: Settings, log: Log): Promise<void> {
  const { root, mode, budget } = settings;
  const startedMs = Date.now();
  await sweepTemporary(`${root}/tmp`, log);
  const complain = (message: string) => log.write("warn", message);
  const all = budgetBytes(budget, volumeOf(root)?.sizeBytes ?? 0);
  const limitBytes = Math.min(settings.rustIncrementalBytes ?? all / 10, all / 2);
  await using shelf = openFolderShelf({ root, limitBytes, now: Date.now, log: complain });
  const incremental = new IncrementalData(shelf, Date.now);
  const beside = () => shelf.bytes;
  await using store = await openStore({ root, budget, now: Date.now, log: complain, beside });
  using view = openFileView({ watch: settings.watch, memory: store.digests, now: Date.now });
  const journalFile = new LineFile(`${root}/logs/compile_journal.jsonl`, {
    limitBytes: settings.journalLimitBytes,
    complain,
  });
  await using journal = new Journal(journalFile, startedMs.toString(36));
  const cache = new CompileCache({ view, store, ...hostOf(Deno.execPath(), `${root}/tmp`) });
  const counters = new Counters();
  const folder = new SessionFolder(`${root}/sessions`, complain);
  const expiryMs = settings.sessionExpirySecs * 1000;
  await using sessions = new Sessions({ folder, now: Date.now, expiryMs });
  const tickets = new Tickets(`${root}/tmp`);
  const hasRoom = () => (volumeOf(root)?.freeBytes ?? 0) > LEAST_FREE_BYTES;
  const outcomes = new Outcomes(counters, journal, sessions);
  const priorities = new Priorities(settings.priority, new CpuLoad(), log);
  const misses = new Misses({ cache, tickets, outcomes, log, hasRoom, mode, priorities, incremental });
  const batches = new Batches({ cache, tickets, misses, outcomes, log, hasRoom, mode, priorities });
  const compiles = new Compiles({
    cache,
    misses,
    batches,
    outcomes,
    sessions,
    mode,
    rootFolder: rootFolder(),
  });
  using endpoint = openEndpoint(settings);
  const underWay = () => [...tickets.folders, ...batches.folders];
  using lifecycle = new Lifecycle({
    idleSecs: settings.idleTimeoutSecs,
    isWaiting: () => underWay().length > 0,
    leave: () => endpoint.close(),
  });
  using desk = new SessionDesk({ sessions, journal, lifecycle, now: Date.now });
  using housekeeping = new Housekeeping(() => store.sweep());
  await using sizes = openSizeHistory(root, () => store.usage(), complain);
  const busy = () => {
    lifecycle.touch();
    housekeeping.touch();
    sizes.touch();
  };
  const requests = new Requests({
    busy,
    settings,
    store,
    shelf,
    view,
    cache,
    counters,
    sessions,
    desk,
    compiles,
    misses,
    underWay,
    journal,
    batches,
    lifecycle,
    startedMs,
  });
  const listener = new Listener(endpoint, requests, log);
  log.write("info", `listening at ${settings.endpoint}, watching: ${settings.watch}`);
  await listener.serve();
  log.write("info", `leaving: ${lifecycle.why}`);
  await listener.drain(DRAIN_MS);
  await misses.settled();
}

/** What the cache asks of the machine that it runs on. */
function hostOf(runtime: string, temporary: string) {
  const observer = observerBeside(runtime);
  return { ask: askBy(observer, temporary), isOurs: isOursBy(runtime), hostCpu: hostCpu(), observer };
}
