import type { Priority } from "../lib/core/mod.ts";
import type { CompileCache } from "../lib/cache/mod.ts";
import type { DeliveredFile } from "../lib/protocol/mod.ts";
import { causeOf } from "./causes.ts";
import type { Log } from "./log.ts";
import type { Member, Part } from "./members.ts";
import type { Misses } from "./misses.ts";
import type { Asked, Ending, Outcomes, Several } from "./outcomes.ts";
import type { Tickets } from "./tickets.ts";

/** Several sources in one process, some of them delivered, the rest being compiled. */
export interface OpenBatch {
  readonly id: number;
  readonly folder: string;
  readonly asked: Asked;
  readonly members: readonly Member[];
  readonly delivered: Several["hits"];
  /** At what priority the tool runs. */
  readonly priority: Priority;
  /** Once the tool has ended: what it left, and whose -MMD files it is yet to write. */
  readonly ended?: {
    readonly exit: number;
    readonly priority: Priority;
    /** What one source took, as far as that is known. */
    readonly toolMs: number;
    readonly parts: readonly Part[];
    readonly files: readonly DeliveredFile[];
    readonly waiting: readonly Member[];
  };
}

/** One whose tool has ended. */
export type EndedBatch = OpenBatch & { readonly ended: NonNullable<OpenBatch["ended"]> };

/** What filing works with. */
export interface FilingParts {
  readonly cache: CompileCache;
  readonly tickets: Tickets;
  readonly misses: Misses;
  readonly outcomes: Outcomes;
  readonly log: Log;
}

/** Files what one process made of several sources, each for itself. */
export class BatchFiling {
  readonly #parts: FilingParts;

  constructor(parts: FilingParts) {
    this.#parts = parts;
  }

  /** Begins to file; resolves when all of it is filed, counted and gone from the temporary folder. */
  start(open: EndedBatch): Promise<void> {
    for (const { run } of open.members) this.#parts.cache.writers.end(run);
    const filing = this.#file(open);
    for (const { run } of open.members) this.#parts.misses.beingFiled(run, filing);
    return filing;
  }

  async #file({ folder, asked, members, delivered, ended }: EndedBatch): Promise<void> {
    const { outcomes, tickets, log } = this.#parts;
    const endings: Several["endings"][number][] = [];
    for (const [index, member] of members.entries()) {
      const { source } = member.unit.plan;
      try {
        endings.push({ ...await this.#keep(member, ended.parts[index]!, ended), source });
      } catch (error) {
        log.write("error", `Cannot file the result of ${source}: ${String(error)}`);
        endings.push({ outcome: "uncacheable", exit: ended.exit, reason: "daemon-fault", source });
      }
    }
    asked.watch?.lap("ingest");
    outcomes.several(asked, { hits: delivered, endings, exit: ended.exit });
    await tickets.discard(folder);
  }

  /** Files what one source's compile left; a run that failed may have compiled this source well. */
  async #keep(member: Member, part: Part, ended: EndedBatch["ended"]): Promise<Ending> {
    const { unit, run, why } = member;
    const { exit, priority, toolMs } = ended;
    const isWhole = unit.plan.outputs.every(({ required }, i) => !required || part.outputs[i] !== undefined);
    const bytes = part.outputs.reduce((sum, output) => sum + (output?.size ?? 0), 0);
    const known = { exit, key: run.context, toolMs, priority, bytes };
    if (exit < 0) return { ...known, outcome: "error", reason: "tool-signalled" };
    const failed = exit !== 0 && (!isWhole || /error/i.test(part.messages ?? ""));
    if (failed) return { ...known, outcome: "error", reason: "tool-failed" };
    if (part.messages === undefined) return { ...known, outcome: "uncacheable", reason: "shared-messages" };
    const kept = await this.#parts.cache.keep(run, {
      exit: 0,
      truncated: false,
      toolMs,
      stdout: new Uint8Array(),
      stderr: new TextEncoder().encode(part.messages),
      outputs: part.outputs,
      picked: true,
    });
    const outcome = kept.ok ? "miss" : "uncacheable";
    return { ...known, outcome, ...causeOf(kept.ok ? why : kept.error) };
  }
}
