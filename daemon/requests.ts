import { answerCommand, type DaemonFacts } from "../cli/mod.ts";
import {
  type InspectReport,
  isDigest,
  RELEASE,
  type Settings,
  type StatusReport,
  SYSTEM_MODE,
  tellCommonPath,
  VERSION,
} from "../lib/core/mod.ts";
import { type CompileCache, rustArtifacts } from "../lib/cache/mod.ts";
import type { FileView } from "../lib/files/mod.ts";
import type { Journal } from "../lib/journal/mod.ts";
import { PROTOCOL, type Request } from "../lib/protocol/mod.ts";
import type { Sessions } from "../lib/sessions/mod.ts";
import type { FolderShelf, Store } from "../lib/store/mod.ts";
import type { Batches } from "./batches.ts";
import type { Compiles } from "./compiles.ts";
import type { Counters } from "./counters.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Answered, Service } from "./listener.ts";
import type { Misses } from "./misses.ts";
import { release } from "./release.ts";
import type { SessionDesk } from "./session_desk.ts";

/** What the requests work with. */
export interface RequestParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly shelf: FolderShelf;
  readonly view: FileView;
  readonly cache: CompileCache;
  readonly counters: Counters;
  readonly sessions: Sessions;
  readonly desk: SessionDesk;
  readonly compiles: Compiles;
  readonly misses: Misses;
  /** The folders that the callers of all misses under way are in, one a miss. */
  readonly underWay: () => readonly string[];
  readonly journal: Journal;
  readonly batches: Batches;
  readonly lifecycle: Lifecycle;
  /** Notes that there was a request. */
  readonly busy: () => void;
  readonly startedMs: number;
}

/** Takes each request to what answers it. */
export class Requests implements Service {
  readonly #parts: RequestParts;
  readonly #facts: DaemonFacts;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.#facts = {
      status: () => this.#status(),
      clear: () => this.#clear(),
      inspect: (key) => inspect(parts.store, key),
      journalWritten: () => parts.journal.written(),
      startSession: (request, clientPid) => parts.desk.start(request, clientPid),
      session: (id) => parts.desk.report(id),
      endSession: (id) => parts.desk.end(id),
      release: (folder) => release(folder, parts),
      rustArtifacts: (asked) => rustArtifacts(parts, asked),
      requestStop: () => parts.lifecycle.leave("asked"),
    };
  }

  quick(payload: Uint8Array): Answered | undefined {
    const reply = this.#parts.compiles.quick(payload);
    if (reply !== undefined) this.#parts.busy();
    return reply;
  }

  async answer(request: Request, payload: Uint8Array): Promise<Answered | undefined> {
    const { compiles, misses, batches, lifecycle, sessions } = this.#parts;
    if (request.kind === "compile" && compiles.isStranger(request)) lifecycle.yieldPlace();
    else this.#parts.busy();
    switch (request.kind) {
      case "compile":
        return await compiles.answer(request, payload);
      case "report":
        return await (batches.has(request.ticket) ? batches : misses).report(request);
      case "command":
        // what was reported before counts, even if its bytes are still on their way through
        await new Promise((resume) => setTimeout(resume, 0));
        await misses.settled();
        // judged when somebody looks, so that an idle daemon needs no clock for it
        sessions.expire();
        return { reply: await answerCommand(request, this.#facts) };
      case "ping":
        return { reply: { kind: "pong", release: RELEASE, pid: Deno.pid } };
      case "shutdown":
        lifecycle.leave("asked");
        return { reply: { kind: "pong", release: RELEASE, pid: Deno.pid } };
      case "preprocessed":
        return await (batches.has(request.ticket) ? batches : misses).preprocessed(request);
    }
  }

  abandon(ticket: number): Promise<void> {
    const { misses, batches } = this.#parts;
    return (batches.has(ticket) ? batches : misses).abandon(ticket);
  }

  outdated(): void {
    this.#parts.lifecycle.leave("outdated");
  }

  async #clear(): ReturnType<DaemonFacts["clear"]> {
    const cleared = await this.#parts.store.clear();
    await this.#parts.shelf.clear();
    this.#parts.cache.forget();
    this.#parts.counters.reset();
    this.#parts.sessions.reset();
    return cleared;
  }

  #status(): StatusReport {
    const { settings, store, shelf, view, counters, startedMs } = this.#parts;
    const summary = store.summary();
    return {
      version: VERSION,
      protocol: PROTOCOL,
      endpoint: settings.endpoint,
      cacheDir: settings.root,
      pid: Deno.pid,
      uptimeSecs: Math.floor((Date.now() - startedMs) / 1000),
      compilations: counters.tally("compilations"),
      links: counters.tally("links"),
      worktrees: counters.worktrees,
      timeSavedMs: Math.round(counters.timeSavedMs),
      reasons: counters.reasons,
      artifacts: {
        count: summary.results,
        bytes: summary.blobBytes + summary.inlineBytes,
        budgetBytes: summary.budgetBytes,
        evicted: summary.evictedBlobs,
        damaged: summary.damagedBlobs,
        incrementalBytes: shelf.bytes,
      },
      depGraph: { contexts: summary.contexts, files: summary.rememberedFiles },
      metadataEntries: summary.rememberedFiles,
      sessions: { ...this.#parts.sessions.tally, open: this.#parts.sessions.list },
      watch: view.coverage,
      health: {
        memoryBytes: Deno.memoryUsage().rss,
        running: this.#parts.underWay().length,
        crashDumps: countDumps(`${settings.root}/crashes`),
      },
      delivery: { mode: settings.mode },
    };
  }
}

function inspect(store: Store, key: string): InspectReport | undefined {
  if (!isDigest(key)) return undefined;
  const result = store.ready(key)?.result;
  if (result !== undefined) {
    return {
      kind: "result",
      key,
      exit: result.exit,
      toolMs: result.toolMs,
      stdoutBytes: result.stdout.length,
      stderrBytes: result.stderr.length,
      files: result.files.map(({ role, mode, size, blob }) => {
        const file = { role, mode: mode & SYSTEM_MODE, size };
        return blob === undefined ? file : { ...file, blob };
      }),
    };
  }
  const entries = store.entries(key);
  if (entries.length === 0) return undefined;
  return {
    kind: "context",
    key,
    entries: entries.map((entry) => ({
      result: entry.result,
      inputs: Array.from(entry.found, ([path, content]) => ({ path: tellCommonPath(path), content })),
    })),
  };
}

function countDumps(folder: string): number {
  try {
    return [...Deno.readDirSync(folder)].length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
