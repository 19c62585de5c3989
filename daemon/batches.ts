import { type DeliveryMode, explanation, type Uncacheable, uncacheable } from "../lib/core/mod.ts";
import { type Batch, USER_DEPFILE } from "../lib/cache/mod.ts";
import type { DeliveredFile, DeliverReply, PreprocessedRequest, ReportRequest } from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { BatchFiling, type EndedBatch, type FilingParts, type OpenBatch } from "./batch_filing.ts";
import { bypassReply, deliveredFiles, deliveryOf, madeDepfile, sessionEnv } from "./delivery.ts";
import { identitiesOf, isSilent, joinedMessages, type Member, partsOf, writtenBy } from "./members.ts";
import type { Answered } from "./listener.ts";
import { CAPTURE_LIMIT_BYTES, preprocess } from "./misses.ts";
import { keepUserDepfile } from "./user_depfile.ts";
import type { Asked, Several } from "./outcomes.ts";
import type { Priorities } from "./priorities.ts";

/** What the batches work with. */
export interface BatchParts extends FilingParts {
  readonly hasRoom: () => boolean;
  readonly mode: DeliveryMode;
  readonly priorities: Priorities;
}

/** Answers commands that compile several sources: what is known is delivered, one process compiles the rest. */
export class Batches {
  readonly #parts: BatchParts;
  readonly #filing: BatchFiling;
  readonly #open = new Map<number, OpenBatch>();

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.#filing = new BatchFiling(parts);
  }

  /** All sources from the cache, or undefined. Synchronous. */
  hit(batch: Batch, asked: Asked): DeliverReply | undefined {
    const { cache, outcomes, mode } = this.#parts;
    const ready: ReadyResult[] = [];
    const hits: Several["hits"][number][] = [];
    for (const unit of batch.units) {
      const answer = cache.answer(unit);
      if (answer.kind === "miss") return undefined;
      ready.push(answer.ready);
      hits.push({ result: answer.ready.result, source: unit.plan.source, origin: answer.origin });
    }
    asked.watch?.lap("validate");
    const stderr = joinedMessages(batch, ready);
    if (stderr === undefined) return undefined;
    const timing = outcomes.several(asked, { hits, endings: [], exit: 0 });
    for (const [index, unit] of batch.units.entries()) cache.copies.delivers(unit, ready[index]!);
    return {
      kind: "deliver",
      exit: 0,
      stdout: new Uint8Array(),
      stderr,
      files: batch.units.flatMap((unit, index) => deliveredFiles(unit, ready[index]!)),
      delivery: deliveryOf(mode),
      ...(timing === undefined ? {} : { timing }),
    };
  }

  /** The same, waiting for what is being filed; what isn't known is to be run. */
  async answer(batch: Batch, asked: Asked): Promise<Answered> {
    const { cache, misses } = this.#parts;
    const hit = this.hit(batch, asked);
    if (hit !== undefined) return { reply: hit };
    const filings = batch.units.map((unit) => misses.filing(unit)).filter((filing) => filing !== undefined);
    if (filings.length > 0) {
      await Promise.all(filings);
      if (!cache.isCurrent(batch)) return this.#bypass(asked, uncacheable("toolchain-changed"));
      const now = this.hit(batch, asked);
      if (now !== undefined) return { reply: now };
    }
    return this.#begin(batch, asked);
  }

  /** Delivers what has no messages: those of the others then come in the tool's order, as the bare tool's do. */
  #begin(batch: Batch, asked: Asked): Answered {
    const { cache, tickets, mode } = this.#parts;
    if (!this.#parts.hasRoom()) {
      return this.#bypass(asked, uncacheable("store-fault", "no room on the root's volume"));
    }
    const { id, folder } = tickets.prepare();
    const members: Member[] = [];
    const wanted: number[] = [];
    const files: DeliveredFile[] = [];
    const delivered: Several["hits"][number][] = [];
    let outputs = 0;
    for (const [index, unit] of batch.units.entries()) {
      const answer = cache.answer(unit);
      if (answer.kind === "hit" && isSilent(answer.ready)) {
        files.push(...deliveredFiles(unit, answer.ready));
        cache.copies.delivers(unit, answer.ready);
        const { ready: { result }, origin } = answer;
        delivered.push({ result, source: unit.plan.source, origin });
        continue;
      }
      const why = answer.kind === "miss" ? cache.explain(unit) : explanation("shared-messages");
      const run = cache.beginCompile(unit, `${folder}/u${index}`);
      members.push({ unit, run, why, outputsFrom: outputs, before: identitiesOf(unit) });
      wanted.push(index);
      outputs += writtenBy(unit).length;
    }
    const priority = this.#parts.priorities.of(asked.priority);
    this.#open.set(id, { id, folder, asked, members, delivered, priority });
    const [{ tool, plan }] = batch.units;
    return {
      ticket: id,
      reply: {
        kind: "run",
        ticket: id,
        tool: tool.path,
        argv: [tool.name, ...batch.runArgs(wanted, `${folder}/dep`)],
        env: sessionEnv(asked.session, plan.runEnv),
        priority,
        outputs: members.flatMap((member) => writtenBy(member.unit)),
        snapshot: folder,
        captureLimit: CAPTURE_LIMIT_BYTES,
        waits: plan.discovery.how === "filtered-depfile",
        exactStreams: false,
        lists: batch.lists,
        lingers: false,
        mayBeLate: false,
        several: true,
        files,
        delivery: deliveryOf(mode),
      },
    };
  }

  #bypass(asked: Asked, why: Uncacheable): Answered {
    this.#parts.outcomes.bypassed(asked, why);
    return { reply: bypassReply(why.reason, asked.session) };
  }

  /** Whether a ticket is one of ours. */
  has(ticket: number): boolean {
    return this.#open.has(ticket);
  }

  /** The folders that the callers of the sources under way are in, one a source. */
  get folders(): string[] {
    return [...this.#open.values()].flatMap(({ members }) => members.map(({ unit }) => unit.cwd));
  }

  /** Takes in the report of a run: filed when this resolves, unless the launcher waits for a reply. */
  async report(report: ReportRequest): Promise<Answered | undefined> {
    const open = this.#take(report.ticket);
    if (open === undefined) return undefined;
    const { cache } = this.#parts;
    const { watch } = open.asked;
    watch?.add("tool", report.wallNs);
    watch?.add("snapshot", report.snapshotNs);
    watch?.skip();
    const parts = partsOf(open.members, report, { cache, folder: open.folder });
    const files: DeliveredFile[] = [];
    const waiting: Member[] = [];
    for (const member of open.members) {
      const { run, unit } = member;
      const { discovery } = unit.plan;
      if (discovery.how !== "filtered-depfile") continue;
      const made = cache.userDepfile(run);
      if (made === "unknown") waiting.push(member);
      if (typeof made !== "object") continue;
      Deno.writeTextFileSync(`${run.folder}/${USER_DEPFILE}`, made.text);
      files.push(madeDepfile(discovery.path, made.text));
    }
    const { exit } = report;
    const priority = report.priorityDenied ? "normal" : open.priority;
    const toolMs = report.wallNs / 1e6 / open.members.length;
    const ended = { ...open, ended: { exit, priority, toolMs, parts, files, waiting } };
    const waits = open.members.some(({ unit }) => unit.plan.discovery.how === "filtered-depfile");
    if (waits && exit >= 0) return this.#nextDepfile(ended);
    await this.#filing.start(ended);
    return undefined;
  }

  /** The tool wrote the -MMD file of one source. */
  preprocessed(request: PreprocessedRequest): Answered | undefined {
    const open = this.#take(request.ticket);
    const [written, ...waiting] = open?.ended?.waiting ?? [];
    if (open?.ended === undefined || written === undefined) return undefined;
    keepUserDepfile(written.run);
    return this.#nextDepfile({ ...open, ended: { ...open.ended, waiting } });
  }

  /** The caller ended without a report. */
  async abandon(id: number): Promise<void> {
    const open = this.#take(id);
    if (open === undefined) return;
    for (const { run } of open.members) this.#parts.cache.abandon(run);
    const gone = { outcome: "error", exit: null, reason: "client-gone" } as const;
    const endings = open.members.map(({ unit }) => ({ ...gone, source: unit.plan.source }));
    this.#parts.outcomes.several(open.asked, { hits: open.delivered, endings, exit: null });
    await this.#parts.tickets.discard(open.folder);
  }

  #nextDepfile(open: EndedBatch): Answered {
    const { id, folder, ended } = open;
    const [{ unit } = { unit: undefined }] = ended.waiting;
    if (unit?.plan.userDepfileArgs !== undefined) {
      this.#open.set(id, open);
      const command = { args: unit.plan.userDepfileArgs, into: `${folder}/preprocessed` };
      return preprocess({ id, folder, asked: open.asked, job: unit }, command);
    }
    void this.#filing.start(open);
    return { reply: { kind: "done", files: ended.files } };
  }

  #take(id: number): OpenBatch | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open;
  }
}
