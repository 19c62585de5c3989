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
import { LateCopies } from "./late_copies.ts";
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
  const startedMs = Date.now();
  await sweepTemporary(`${settings.root}/tmp`, log);
  // what was opened last is closed first
  await using opened = new AsyncDisposableStack();
  const around = { settings, log, opened };
  const stored = await openStored(around);
  const records = openRecords(around, startedMs);
  const late = opened.use(new LateCopies(observerBeside(Deno.execPath()), `${settings.root}/tmp`));
  const answering = answeringWith({ ...stored, late }, records, around);
  const { store } = stored;
  const { tickets, misses, batches } = answering;
  const endpoint = opened.use(openEndpoint(settings));
  const underWay = () => [...tickets.folders, ...batches.folders];
  const lifecycle = opened.use(
    new Lifecycle({
      idleSecs: settings.idleTimeoutSecs,
      isWaiting: () => underWay().length > 0,
      leave: () => endpoint.close(),
    }),
  );
  const { sessions, journal } = records;
  const desk = opened.use(new SessionDesk({ sessions, journal, lifecycle, now: Date.now }));
  const housekeeping = opened.use(new Housekeeping(() => store.sweep()));
  const sizes = opened.use(openSizeHistory(settings.root, () => store.usage(), complaintsTo(log)));
  const busy = () => {
    lifecycle.touch();
    housekeeping.touch();
    sizes.touch();
  };
  const parts = { settings, busy, desk, underWay, lifecycle, startedMs };
  const requests = new Requests({ ...parts, ...stored, ...records, ...answering });
  const listener = new Listener(endpoint, requests, log);
  log.write("info", `listening at ${settings.endpoint}, watching: ${settings.watch}`);
  await listener.serve();
  log.write("info", `leaving: ${lifecycle.why}`);
  await listener.drain(DRAIN_MS);
  await misses.settled();
  await late[Symbol.asyncDispose]();
  await misses.settled();
}

/** What every part of the daemon is made with. */
interface Around {
  readonly settings: Settings;
  readonly log: Log;
  /** Closes what is opened, when the daemon leaves. */
  readonly opened: AsyncDisposableStack;
}

/** What outlives the daemon, and what it knows of files. */
async function openStored({ settings, log, opened }: Around) {
  const { root, budget } = settings;
  const complain = complaintsTo(log);
  const all = budgetBytes(budget, volumeOf(root)?.sizeBytes ?? 0);
  const limitBytes = Math.min(settings.rustIncrementalBytes ?? all / 10, all / 2);
  const shelf = opened.use(openFolderShelf({ root, limitBytes, now: Date.now, log: complain }));
  const beside = () => shelf.bytes;
  const store = opened.use(await openStore({ root, budget, now: Date.now, log: complain, beside }));
  const view = opened.use(openFileView({ watch: settings.watch, memory: store.digests, now: Date.now }));
  return { shelf, store, view };
}

/** What is noted of each command. */
function openRecords({ settings, log, opened }: Around, startedMs: number) {
  const complain = complaintsTo(log);
  const file = new LineFile(`${settings.root}/logs/compile_journal.jsonl`, {
    limitBytes: settings.journalLimitBytes,
    complain,
  });
  const journal = opened.use(new Journal(file, startedMs.toString(36)));
  const folder = new SessionFolder(`${settings.root}/sessions`, complain);
  const expiryMs = settings.sessionExpirySecs * 1000;
  const sessions = opened.use(new Sessions({ folder, now: Date.now, expiryMs }));
  return { journal, sessions, counters: new Counters() };
}

/** What finds the answer to a command, and takes in what comes of a miss. */
function answeringWith(
  { shelf, store, view, late }: Awaited<ReturnType<typeof openStored>> & { readonly late: LateCopies },
  { journal, sessions, counters }: ReturnType<typeof openRecords>,
  { settings: { root, mode, priority }, log }: Around,
) {
  const cache = new CompileCache({ view, store, ...hostOf(Deno.execPath(), `${root}/tmp`) });
  const tickets = new Tickets(`${root}/tmp`);
  const outcomes = new Outcomes(counters, journal, sessions);
  const shared = {
    cache,
    tickets,
    outcomes,
    late,
    log,
    mode,
    hasRoom: () => (volumeOf(root)?.freeBytes ?? 0) > LEAST_FREE_BYTES,
    priorities: new Priorities(priority, new CpuLoad(), log),
  };
  const misses = new Misses({ ...shared, incremental: new IncrementalData(shelf, Date.now) });
  const batches = new Batches({ ...shared, misses });
  const compiles = new Compiles({
    cache,
    misses,
    batches,
    outcomes,
    sessions,
    mode,
    rootFolder: rootFolder(),
  });
  return { cache, tickets, misses, batches, compiles };
}

function complaintsTo(log: Log): (message: string) => void {
  return (message) => log.write("warn", message);
}

/** What the cache asks of the machine that it runs on. */
function hostOf(runtime: string, temporary: string) {
  const observer = observerBeside(runtime);
  return { ask: askBy(observer, temporary), isOurs: isOursBy(runtime), hostCpu: hostCpu(), observer };
}
