import {
  type DeliveryMode,
  type Digest,
  type Reason,
  REASONS,
  type Uncacheable,
  uncacheable,
} from "../lib/core/mod.ts";
import {
  type CompileCache,
  type Finished,
  PRIVATE_DEPFILE,
  type Unit,
  USER_DEPFILE,
} from "../lib/cache/mod.ts";
import type { Journal, JournalCall, JournalOutcome } from "../lib/journal/mod.ts";
import {
  type CompileRequest,
  type DeliveredFile,
  type DeliverReply,
  type PreprocessedRequest,
  REMEMBERED_FROM,
  type Reply,
  type ReportRequest,
} from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { callOf, journalCallOf } from "./caller.ts";
import type { Counters } from "./counters.ts";
import type { Log } from "./log.ts";
import type { Ticket, Tickets } from "./tickets.ts";

/** Most bytes of each stream that are kept of a run. */
const CAPTURE_LIMIT_BYTES = 1024 * 1024;

/** What the compile handlers work with. */
export interface CompileParts {
  readonly cache: CompileCache;
  readonly tickets: Tickets;
  readonly counters: Counters;
  readonly journal: Journal;
  readonly log: Log;
  /** Whether the root's volume has room for what a run leaves there. */
  readonly hasRoom: () => boolean;
  readonly mode: DeliveryMode;
}

/** A reply, and the miss it begins. */
export interface Answered {
  readonly reply: Reply;
  readonly ticket?: number;
}

/** Answers compile requests and takes in what became of the misses. */
export class Compiles {
  readonly #parts: CompileParts;
  readonly #calls = new WeakMap<Unit, JournalCall>();
  /** Results being filed, by the key that they will be found under. */
  readonly #filing = new Map<Digest, Promise<void>>();

  constructor(parts: CompileParts) {
    this.#parts = parts;
  }

  /** The hit path: undefined unless the same bytes were asked before and the answer is a hit. Synchronous. */
  quick(payload: Uint8Array): Reply | undefined {
    const since = performance.now();
    const unit = this.#parts.cache.remembered(payload.subarray(REMEMBERED_FROM));
    if (unit === undefined) return undefined;
    const answer = this.#parts.cache.answer(unit);
    return answer.kind === "hit" ? this.#hit(unit, answer.ready, since) : undefined;
  }

  /** Any compile request. */
  async answer(request: CompileRequest, payload: Uint8Array): Promise<Answered> {
    const since = performance.now();
    const { cache } = this.#parts;
    const bytes = payload.subarray(REMEMBERED_FROM);
    let unit = cache.remembered(bytes);
    if (unit === undefined) {
      const call = callOf(request);
      if (!call.ok) return this.#bypass(call.error, since);
      const prepared = await cache.prepare(bytes, call.value);
      if ("reason" in prepared) {
        return this.#bypass(prepared, since, journalCallOf(call.value, call.value.name));
      }
      unit = prepared;
      this.#calls.set(unit, journalCallOf(call.value, unit.tool.path));
    }
    let answer = cache.answer(unit);
    const filing = this.#filing.get(cache.keyOf(unit));
    if (answer.kind === "miss" && filing !== undefined) {
      // the same compile has just ended and is being filed
      await filing;
      answer = cache.answerAgain(unit);
    }
    if (answer.kind === "hit") return { reply: this.#hit(unit, answer.ready, since) };
    return this.#run(unit, answer.reason, since);
  }

  /** Takes in the report of a miss: filed or refused when this resolves, unless the launcher waits for a reply. */
  async report(report: ReportRequest): Promise<Answered | undefined> {
    const ticket = this.#parts.tickets.take(report.ticket);
    if (ticket === undefined) return undefined;
    if (waits(ticket.run.unit)) return this.#userDepfile(ticket, report);
    await this.#startFiling(ticket, report);
    return undefined;
  }

  /** The tool has written the user's depfile itself. */
  preprocessed(request: PreprocessedRequest): Answered | undefined {
    const ticket = this.#parts.tickets.take(request.ticket);
    if (ticket?.reported === undefined) return undefined;
    const { unit, folder } = ticket.run;
    const { discovery } = unit.plan;
    if (discovery.how === "filtered-depfile") {
      const written = discovery.path.startsWith("/") ? discovery.path : `${unit.cwd}/${discovery.path}`;
      copyIfThere(written, `${folder}/${USER_DEPFILE}`);
    }
    void this.#startFiling(ticket, ticket.reported);
    return { reply: { kind: "done", files: [] } };
  }

  /** The caller of a miss ended without a report. */
  async abandon(id: number): Promise<void> {
    const ticket = this.#parts.tickets.take(id);
    if (ticket === undefined) return;
    this.#ran(ticket, { outcome: "error", exit: null, reason: "client-gone" });
    await this.#parts.tickets.discard(ticket.run.folder);
  }

  /** Waits until everything that was reported is filed. */
  async settled(): Promise<void> {
    while (this.#filing.size > 0) await Promise.allSettled(this.#filing.values());
  }

  #startFiling(ticket: Ticket, report: ReportRequest): Promise<void> {
    const key = ticket.run.context;
    const filing = this.#file(ticket, report).finally(() => {
      if (this.#filing.get(key) === filing) this.#filing.delete(key);
    });
    this.#filing.set(key, filing);
    return filing;
  }

  /** Gives the launcher the -MMD file, or has the tool make it. */
  #userDepfile(ticket: Ticket, report: ReportRequest): Answered {
    const { run } = ticket;
    const { plan, tool } = run.unit;
    const made = this.#parts.cache.userDepfile(run);
    if (made === "unknown" && plan.userDepfileArgs !== undefined) {
      const reported = { ...report, stdout: report.stdout.slice(), stderr: report.stderr.slice() };
      this.#parts.tickets.open({ ...ticket, reported });
      const argv = [tool.name, ...plan.userDepfileArgs];
      const into = `${run.folder}/preprocessed`;
      return {
        ticket: ticket.id,
        reply: { kind: "preprocess", ticket: ticket.id, tool: tool.path, argv, env: plan.runEnv, into },
      };
    }
    const files: DeliveredFile[] = [];
    if (typeof made === "object" && plan.discovery.how === "filtered-depfile") {
      Deno.writeTextFileSync(`${run.folder}/${USER_DEPFILE}`, made.text);
      files.push({ dest: plan.discovery.path, mode: 0o666, inline: new TextEncoder().encode(made.text) });
    }
    void this.#startFiling(ticket, report);
    return { reply: { kind: "done", files } };
  }

  #hit(unit: Unit, ready: ReadyResult, since: number): Reply {
    const { counters, journal, mode } = this.#parts;
    const { exit, stdout, stderr, toolMs } = ready.result;
    counters.hit("compilations", toolMs);
    const call = this.#calls.get(unit);
    if (call !== undefined) {
      const latencyNs = Math.round((performance.now() - since) * 1e6);
      journal.record({ call, outcome: "hit", exitCode: exit, latencyNs, atMs: Date.now() });
    }
    return {
      kind: "deliver",
      exit,
      stdout,
      stderr,
      files: delivered(unit, ready),
      delivery: deliveryOf(mode),
    };
  }

  #bypass(why: Uncacheable, since: number, call?: JournalCall): Answered {
    this.#parts.counters.ran("compilations", "nonCacheable", why.reason);
    if (call !== undefined) {
      const latencyNs = Math.round((performance.now() - since) * 1e6);
      const { reason } = why;
      const detail = why.detail === undefined ? {} : { detail: why.detail };
      this.#parts.journal.record({
        call,
        outcome: "miss",
        exitCode: null,
        latencyNs,
        atMs: Date.now(),
        reason,
        ...detail,
      });
    }
    return { reply: { kind: "bypass", code: REASONS[why.reason].code } };
  }

  #run(unit: Unit, reason: Reason, since: number): Answered {
    const { cache, tickets } = this.#parts;
    if (!this.#parts.hasRoom()) {
      return this.#bypass(uncacheable("store-fault", "no room"), since, this.#calls.get(unit));
    }
    const { id, folder } = tickets.prepare();
    const run = cache.begin(unit, folder);
    const call = this.#calls.get(unit) ??
      { compiler: unit.tool.path, args: [], cwd: unit.cwd, env: [], sessionId: null };
    tickets.open({ id, run, call, reason, since });
    return {
      ticket: id,
      reply: {
        kind: "run",
        ticket: id,
        tool: unit.tool.path,
        argv: [unit.tool.name, ...unit.plan.runArgs(`${folder}/${PRIVATE_DEPFILE}`)],
        env: unit.plan.runEnv,
        outputs: unit.plan.outputs.map((output) => output.path),
        snapshot: folder,
        captureLimit: CAPTURE_LIMIT_BYTES,
        waits: waits(unit),
      },
    };
  }

  async #file(ticket: Ticket, report: ReportRequest): Promise<void> {
    const finished: Finished = {
      exit: report.exit,
      truncated: report.truncated,
      toolMs: report.wallNs / 1e6,
      stdout: report.stdout.slice(),
      stderr: report.stderr.slice(),
      outputs: report.outputs,
    };
    try {
      const kept = await this.#parts.cache.keep(ticket.run, finished);
      if (kept.ok) this.#ran(ticket, { outcome: "miss", exit: report.exit, reason: ticket.reason });
      else {this.#ran(ticket, {
          outcome: report.exit === 0 ? "uncacheable" : "error",
          exit: report.exit,
          ...kept.error,
        });}
    } catch (error) {
      this.#parts.log.write("error", `Cannot file the result of ${ticket.call.compiler}: ${String(error)}`);
      this.#ran(ticket, { outcome: "uncacheable", exit: report.exit, reason: "daemon-fault" });
    }
    await this.#parts.tickets.discard(ticket.run.folder);
  }

  #ran(
    ticket: Ticket,
    end: { outcome: "miss" | "uncacheable" | "error"; exit: number | null; reason: Reason; detail?: string },
  ): void {
    const counted = { miss: "cold", uncacheable: "nonCacheable", error: "errors" } as const;
    this.#parts.counters.ran("compilations", counted[end.outcome], end.reason);
    const outcome: JournalOutcome = end.outcome === "error" ? "error" : "miss";
    this.#parts.journal.record({
      call: ticket.call,
      outcome,
      exitCode: end.exit,
      latencyNs: Math.round((performance.now() - ticket.since) * 1e6),
      atMs: Date.now(),
      reason: end.reason,
      ...(end.detail === undefined ? {} : { detail: end.detail }),
    });
  }
}

/**
 * No delivered file ever shares its bytes with the store by a hard link: who writes to one, or changes its mode, would
 * change the other (docs/decisions/0005-no-hard-links.md). The words that ask for links get the next best thing.
 */
function deliveryOf(mode: DeliveryMode): DeliverReply["delivery"] {
  return mode === "link" || mode === "reflink-or-link-or-copy" ? "auto" : mode;
}

/** Whether the launcher waits after its report, because the user's depfile is still to be made. */
function waits(unit: Unit): boolean {
  return unit.plan.discovery.how === "filtered-depfile";
}

function copyIfThere(from: string, to: string): void {
  try {
    Deno.copyFileSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Where the files of a result go for this call. */
function delivered(unit: Unit, ready: ReadyResult): DeliveredFile[] {
  const files: DeliveredFile[] = [];
  for (const file of ready.files) {
    const dest = destinationOf(unit, file.role);
    if (dest === undefined) continue;
    const base = { dest, mode: (file.mode & 0o111) === 0 ? 0o666 : 0o777 };
    files.push("from" in file ? { ...base, from: file.from } : { ...base, inline: file.inline });
  }
  return files;
}

function destinationOf(unit: Unit, role: string): string | undefined {
  const { discovery, outputs } = unit.plan;
  if (role === "depfile" && discovery.how === "filtered-depfile") return discovery.path;
  return outputs.find((output) => output.role === role)?.path;
}
