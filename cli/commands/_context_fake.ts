import { readSettings, type StatusReport } from "../../lib/core/mod.ts";
import type { Context, DaemonControl, DaemonFacts } from "../command.ts";

/** A report in which every number is another one, so that no two can be mixed up. */
export const REPORT: StatusReport = {
  version: "0.1.0",
  protocol: 1,
  endpoint: "/root/daemon.sock",
  cacheDir: "/root",
  pid: 77,
  uptimeSecs: 200,
  compilations: { total: 61, cached: 10, cold: 20, nonCacheable: 25, errors: 6 },
  links: { total: 0, cached: 0, cold: 0, nonCacheable: 0, errors: 0 },
  worktrees: { hits: 0, unshared: {} },
  timeSavedMs: 5200,
  reasons: { "first-seen": 20, "called-for-link": 24, "tool-failed": 1 },
  artifacts: {
    count: 5,
    bytes: 23_347,
    budgetBytes: 40 * 1024 ** 3,
    evicted: 0,
    damaged: 0,
    incrementalBytes: 0,
  },
  depGraph: { contexts: 3, files: 8 },
  metadataEntries: 9,
  sessions: { active: 0, total: 0, open: [] },
  watch: { watchedFolders: 4, byStat: {}, limit: 9000, resets: 0 },
  health: { memoryBytes: 85_000_000, running: 3, crashDumps: 0 },
  delivery: { mode: "auto" },
};

/** A daemon's answers; what isn't given fails the test. */
export function fakeDaemon(facts: Partial<DaemonFacts>): DaemonFacts {
  return {
    status: facts.status ?? (() => REPORT),
    clear: facts.clear ?? (() => Promise.reject(new TypeError("clear was not expected"))),
    inspect: facts.inspect ?? (() => undefined),
    journalWritten: facts.journalWritten ?? (() => Promise.resolve()),
    startSession: facts.startSession ?? (() => ({ ok: false, error: "startSession was not expected" })),
    session: facts.session ?? (() => undefined),
    endSession: facts.endSession ?? (() => Promise.resolve(undefined)),
    release: facts.release ?? (() => Promise.reject(new TypeError("release was not expected"))),
    rustArtifacts: facts.rustArtifacts ?? (() => []),
    requestStop: facts.requestStop ?? (() => {}),
  };
}

/** What a fake context is made of. */
export interface FakeContext {
  readonly switches?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  readonly operands?: readonly string[];
  readonly daemon?: DaemonFacts;
  readonly control?: DaemonControl;
  readonly root?: string;
}

/** A context without a terminal. */
export function fakeContext(given: FakeContext = {}): Context {
  const root = given.root ?? "/root";
  return {
    settings: readSettings((name) => name === "ZCCACHE_CACHE_DIR" ? root : undefined, "/"),
    cwd: "/proj",
    pid: 42,
    options: {
      has: (name) => given.switches?.includes(name) ?? false,
      value: (name) => given.values?.[name],
      values: (name) => [given.values?.[name]].filter((value) => value !== undefined),
      operands: given.operands ?? [],
    },
    terminal: { stdout: false, stderr: false, columns: 0, plain: false },
    daemon: given.daemon,
    control: given.control,
  };
}
