import { type DeliveryMode, type Digest, uncacheable } from "../lib/core/mod.ts";
import {
  type CompileCache,
  type CompileRun,
  type Finished,
  type IncrementalData,
  type Job,
  type Run,
  type Trial,
  type TrialOutcome,
  USER_DEPFILE,
} from "../lib/cache/mod.ts";
import type {
  DeliveredFile,
  PreprocessedRequest,
  PreprocessReply,
  ReportRequest,
} from "../lib/protocol/mod.ts";
import { causeOf } from "./causes.ts";
import { bypassReply, deliverReply, madeDepfile, sessionEnv } from "./delivery.ts";
import type { Answered } from "./listener.ts";
import type { LateCopies } from "./late_copies.ts";
import { isFleeting, Looks } from "./looks.ts";
import type { Log } from "./log.ts";
import type { Asked, Outcomes } from "./outcomes.ts";
import type { Priorities } from "./priorities.ts";
import type { Begun, Ticket, Tickets } from "./tickets.ts";
import { keepUserDepfile, makesDepfile } from "./user_depfile.ts";
import { within } from "./within.ts";

/** Most bytes of each stream that are kept of a run. */
export const CAPTURE_LIMIT_BYTES = 1024 * 1024;

/** How long those who ask for the state of things wait for what is being filed, in milliseconds. */
const SETTLE_MS = 5000;

/** How long the next caller for it waits for a result that is being filed: copies may be late, and a tool can run instead. */
const FILING_MS = 1000;

/** What the misses work with. */
export interface MissParts {
  readonly cache: CompileCache;
  readonly tickets: Tickets;
  readonly outcomes: Outcomes;
  readonly log: Log;
  /** Whether the root's volume has room for what a run leaves there. */
  readonly hasRoom: () => boolean;
  readonly late: Pick<LateCopies, "ready" | "of">;
  readonly mode: DeliveryMode;
  readonly priorities: Priorities;
  readonly incremental: IncrementalData;
}

/** Takes misses through their stages (see `Stage`): second chance, run, report, the user's depfile, filing. */
export class Misses {
  readonly #parts: MissParts;
  /** Results being filed, by the key that they will be found under. */
  readonly #filing = new Map<Digest, Promise<void>>();
  readonly #looks = new Looks();
  /** What is done after that, when nobody waits for it. */
  readonly #later = new Set<Promise<void>>();

  constructor(parts: MissParts) {
    this.#parts = parts;
  }

  /** What is being filed under a job's key, if anything; it resolves after a while even if it still is. */
  filing(job: Job): Promise<void> | undefined {
    const filing = this.#filing.get(this.#parts.cache.keyOf(job));
    return filing && within(filing, FILING_MS);
  }

  /** Begins a miss: by a second chance if there's one, else by running the tool. */
  async begin(job: Job, asked: Asked): Promise<Answered> {
    const { cache, tickets, outcomes } = this.#parts;
    if (!this.#parts.hasRoom()) {
      outcomes.bypassed(asked, uncacheable("store-fault", "no room on the root's volume"));
      return { reply: bypassReply("store-fault", asked.session) };
    }
    const { id, folder } = tickets.prepare();
    const base = { id, folder, job, asked };
    const begun = await cache.secondChance(job, folder);
    asked.watch?.lap("key");
    return begun === undefined ? this.#run(base) : this.#goOn(base, begun);
  }

  /** Takes in the report of a run: filed or refused when this resolves, unless the launcher waits for a reply. */
  async report(report: ReportRequest): Promise<Answered | undefined> {
    const ticket = this.#parts.tickets.take(report.ticket);
    if (ticket?.stage.at !== "running") return undefined;
    const { run, why } = ticket.stage;
    if (run.kind === "compile" && makesDepfile(run)) return this.#userDepfile(ticket, { run, why }, report);
    const filing = this.#startFiling(ticket, ticket.stage, report);
    if (isFleeting(ticket.job, why)) {
      await this.#looks.done();
      return { reply: { kind: "done", files: [] } };
    }
    // late copies may take long, and the launcher doesn't wait for them
    if (!report.late) await filing;
    return undefined;
  }

  /** The preprocessor ran, for a second chance or for the user's depfile. */
  async preprocessed(request: PreprocessedRequest): Promise<Answered | undefined> {
    const ticket = this.#parts.tickets.take(request.ticket);
    switch (ticket?.stage.at) {
      case "trial":
        return await this.#tried(ticket, ticket.stage.trial, request);
      case "depfile":
        keepUserDepfile(ticket.stage.run);
        void this.#startFiling(ticket, ticket.stage, ticket.stage.reported);
        return { reply: { kind: "done", files: [] } };
      default:
        return undefined;
    }
  }

  /** The caller of a miss ended without a report. */
  async abandon(id: number): Promise<void> {
    const ticket = this.#parts.tickets.take(id);
    if (ticket === undefined) return;
    if (ticket.stage.at === "trial") this.#parts.cache.trials.abandon(ticket.stage.trial);
    else {
      this.#parts.cache.abandon(ticket.stage.run);
      this.#endData(ticket.stage, undefined);
    }
    this.#parts.outcomes.ended(ticket.asked, { outcome: "error", exit: null, reason: "client-gone" });
    await this.#parts.tickets.discard(ticket.folder);
  }

  /** Waits until everything that was reported is filed, or a while: copies that are late may take longer. */
  async settled(): Promise<void> {
    const until = performance.now() + SETTLE_MS;
    while (this.#filing.size + this.#later.size > 0 && performance.now() < until) {
      const all = Promise.allSettled([...this.#filing.values(), ...this.#later]);
      await within(all, until - performance.now());
    }
  }

  #run(base: Omit<Ticket, "stage">, text?: Digest): Answered {
    const { cache, tickets } = this.#parts;
    const { id, folder, job } = base;
    const why = cache.explain(job);
    const run = cache.begin(job, folder, text);
    const priority = this.#parts.priorities.of(base.asked.priority);
    const data = job.incremental && this.#parts.incremental.begin(job.incremental);
    tickets.open({ ...base, stage: { at: "running", run, why, data }, priority });
    const command = job.command(folder);
    return {
      ticket: id,
      reply: {
        kind: "run",
        ticket: id,
        ...command,
        env: sessionEnv(base.asked.session, command.env),
        snapshot: folder,
        captureLimit: CAPTURE_LIMIT_BYTES,
        priority,
        lists: false,
        lingers: isFleeting(job, why),
        mayBeLate: this.#parts.late.ready() && !(run.kind === "compile" && makesDepfile(run)),
        several: false,
        files: [],
        delivery: "auto",
      },
    };
  }

  async #tried(ticket: Ticket, trial: Trial, request: PreprocessedRequest): Promise<Answered> {
    const { watch } = ticket.asked;
    watch?.add("tool", request.wallNs);
    watch?.skip();
    const ended = { exit: request.exit, wallMs: request.wallNs / 1e6 };
    const outcome = await this.#parts.cache.trials.ran(trial, ended);
    watch?.lap("key");
    return this.#goOn(ticket, outcome);
  }

  #goOn(base: Omit<Ticket, "stage">, outcome: TrialOutcome): Answered {
    const { cache, tickets, outcomes, mode } = this.#parts;
    const { job, asked, folder } = base;
    switch (outcome.kind) {
      case "again":
        tickets.open({ ...base, stage: { at: "trial", trial: outcome.trial } });
        return preprocess(base, cache.trials.command(outcome.trial));
      case "miss":
        return this.#run(base, outcome.alsoUnder);
      case "hit": {
        const timing = outcomes.hit(asked, outcome.ready);
        cache.copies.delivers(job, outcome.ready);
        // a text of megabytes takes its time to go, and the caller waits for the answer
        setTimeout(() => void tickets.discard(folder), 0);
        return { reply: deliverReply(job, outcome.ready, { mode, timing }) };
      }
    }
  }

  /** Gives the launcher the -MMD file, or has the tool make it. */
  #userDepfile(ticket: Ticket, begun: Begun<CompileRun>, report: ReportRequest): Answered {
    const { run } = begun;
    const { plan } = run.unit;
    const made = this.#parts.cache.userDepfile(run);
    if (made === "unknown" && plan.userDepfileArgs !== undefined) {
      const reported = { ...report, stdout: report.stdout.slice(), stderr: report.stderr.slice() };
      this.#parts.tickets.open({ ...ticket, stage: { at: "depfile", ...begun, reported } });
      return preprocess(ticket, { args: plan.userDepfileArgs, into: `${ticket.folder}/preprocessed` });
    }
    const files: DeliveredFile[] = [];
    if (typeof made === "object" && plan.discovery.how === "filtered-depfile") {
      Deno.writeTextFileSync(`${ticket.folder}/${USER_DEPFILE}`, made.text);
      files.push(madeDepfile(plan.discovery.path, made.text));
    }
    void this.#startFiling(ticket, begun, report);
    return { reply: { kind: "done", files } };
  }

  #startFiling(ticket: Ticket, begun: Begun, report: ReportRequest): Promise<void> {
    this.#parts.cache.writers.end(begun.run);
    const filing = this.#file(ticket, begun, report);
    this.beingFiled(begun.run, filing);
    this.#looks.begin(begun.run, filing);
    void filing.then(() => this.#endData(begun, report.exit));
    return filing;
  }

  /** Sees to the incremental data of a run that has ended; `exit` is undefined if nobody knows how. */
  #endData({ data }: Begun, exit: number | undefined): void {
    if (data === undefined) return;
    const { incremental, log } = this.#parts;
    const ended = incremental.ended(data, exit)
      .catch((error) => log.write("error", `Cannot keep incremental data: ${String(error)}`))
      .finally(() => this.#later.delete(ended));
    this.#later.add(ended);
  }

  /** Notes that the result of a run is being filed until `filing` resolves. */
  beingFiled({ context }: Run, filing: Promise<void>): void {
    this.#filing.set(context, filing);
    void filing.finally(() => {
      if (this.#filing.get(context) === filing) this.#filing.delete(context);
    });
  }

  async #file(ticket: Ticket, { run, why }: Begun, report: ReportRequest): Promise<void> {
    const { cache, outcomes, tickets, log } = this.#parts;
    const { exit } = report;
    const { watch } = ticket.asked;
    watch?.add("tool", report.wallNs);
    watch?.add("snapshot", report.snapshotNs);
    watch?.skip();
    try {
      const finished = finishedOf(report, report.late ? this.#parts.late.of(ticket.id) : undefined);
      const kept = await cache.keep(run, finished, ticket.asked.call);
      const priority = report.priorityDenied ? "normal" : ticket.priority;
      watch?.lap("ingest");
      const bytes = report.outputs.reduce((sum, output) => sum + (output?.size ?? 0), 0);
      const unshared = kept.ok ? kept.value.unshared : undefined;
      const toolMs = report.wallNs / 1e6;
      const known = { exit, key: run.context, toolMs, priority, bytes, unshared };
      const outcome = kept.ok ? "miss" : exit === 0 ? "uncacheable" : "error";
      outcomes.ended(ticket.asked, { ...known, outcome, ...causeOf(kept.ok ? why : kept.error) });
    } catch (error) {
      log.write("error", `Cannot file the result of ${ticket.asked.call.compiler}: ${String(error)}`);
      outcomes.ended(ticket.asked, { outcome: "uncacheable", exit, reason: "daemon-fault" });
    }
    await tickets.discard(ticket.folder);
  }
}

/** Has the tool preprocess a ticket's unit. */
export function preprocess(
  ticket: Pick<Ticket, "id" | "job" | "folder" | "asked">,
  command: { readonly args: readonly string[]; readonly into: string },
): { ticket: number; reply: PreprocessReply } {
  const { id, job, asked } = ticket;
  const argv = [job.tool.name, ...command.args];
  const env = sessionEnv(asked.session, job.command(ticket.folder).env);
  const { into } = command;
  return {
    ticket: id,
    reply: { kind: "preprocess", ticket: id, tool: job.tool.path, argv, env, into },
  };
}

/** The report's bytes are views of a buffer that is used again. */
function finishedOf(report: ReportRequest, copied: Finished["copied"]): Finished {
  return {
    exit: report.exit,
    truncated: report.truncated,
    toolMs: report.wallNs / 1e6,
    stdout: report.stdout.slice(),
    stderr: report.stderr.slice(),
    outputs: report.outputs,
    copied,
  };
}
