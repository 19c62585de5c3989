import {
  type DeliveryMode,
  digestBytes,
  type Stopwatch,
  type Uncacheable,
  uncacheable,
} from "../lib/core/mod.ts";
import { type Answer, Batch, type CompileCache, type Job, KnownCall } from "../lib/cache/mod.ts";
import { type CompileRequest, type DeliverReply, rememberedFrom } from "../lib/protocol/mod.ts";
import type { JournalCall } from "../lib/journal/mod.ts";
import type { Session, Sessions } from "../lib/sessions/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { type Call, strictPathsRefusal, type StrictRefusal } from "../lib/tools/mod.ts";
import { Askers } from "./asker.ts";
import type { Batches } from "./batches.ts";
import { callOf, journalCallOf, journalCallOfJob } from "./caller.ts";
import { bypassReply, deliverReply } from "./delivery.ts";
import type { Answered } from "./listener.ts";
import type { Misses } from "./misses.ts";
import type { Asked, Asker, Outcomes } from "./outcomes.ts";

/** What the compile handlers work with. */
export interface CompileParts {
  readonly cache: CompileCache;
  readonly misses: Misses;
  readonly batches: Batches;
  readonly outcomes: Outcomes;
  readonly sessions: Sessions;
  readonly mode: DeliveryMode;
  /** What this process has as `/`. */
  readonly rootFolder: string;
}

type Hit = Answer & { readonly kind: "hit" };

/** Answers compile requests: a hit at once, a miss by what `Misses` says. */
export class Compiles {
  readonly #parts: CompileParts;
  readonly #calls = new WeakMap<Job | Batch, Omit<Asked, keyof Asker>>();

  readonly #askers: Askers;

  constructor(parts: CompileParts) {
    this.#parts = parts;
    this.#askers = new Askers(parts.sessions);
  }

  /** The hit path: undefined unless the same bytes were asked before and the answer is a hit. Synchronous. */
  quick(payload: Uint8Array): Answered | undefined {
    const { cache } = this.#parts;
    const from = this.#askers.of(payload);
    const job = cache.remembered(askedBytes(payload, from.session), from.watch);
    if (job === undefined) return undefined;
    if (job instanceof KnownCall) {
      const ready = cache.again(job);
      from.watch?.lap("validate");
      const asked = { call: job.told, work: "compilations", ...from } as const;
      return ready && { reply: this.#deliver(job, ready, asked) };
    }
    if (job instanceof Batch) {
      const reply = this.#parts.batches.hit(job, this.#asked(job, from));
      return reply && { reply };
    }
    const answer = cache.answer(job);
    from.watch?.lap("validate");
    return answer.kind === "hit" ? this.#hit(job, answer, from) : undefined;
  }

  /** Whether other files stand under the same names where a request comes from. */
  isStranger({ rootFolder }: CompileRequest): boolean {
    return rootFolder !== this.#parts.rootFolder;
  }

  /** Any compile request. */
  async answer(request: CompileRequest, payload: Uint8Array): Promise<Answered> {
    const { cache, misses } = this.#parts;
    const from = this.#askers.of(payload);
    const bytes = askedBytes(payload, from.session);
    const known = cache.remembered(bytes, from.watch);
    let job = known instanceof KnownCall ? undefined : known;
    if (job === undefined) {
      const call = callOf(request, from.session?.envBlock);
      if (!call.ok) return this.#bypass(call.error);
      if (this.isStranger(request)) {
        return this.#bypass(uncacheable("other-root-folder"), { call: journalCallOf(call.value), ...from });
      }
      const refused = strictPathsRefusal(call.value, (path) => cache.readText(path));
      if (refused !== undefined) {
        return this.#refuse(refused, { call: this.#described(call.value), ...from });
      }
      const prepared = await inTime(this.#prepare(bytes, call.value, from.watch), call.value.name);
      if ("reason" in prepared) {
        from.watch?.lap("parse");
        return this.#bypass(prepared, { call: this.#described(call.value), ...from });
      }
      job = prepared;
    }
    if (job instanceof Batch) {
      return await this.#parts.batches.answer(job, this.#asked(job, from));
    }
    const asked = this.#asked(job, from);
    let answer = cache.answer(job, asked.call);
    const filing = misses.filing(job);
    if (answer.kind === "miss" && filing !== undefined) {
      // the same compile has just ended and is being filed
      await filing;
      answer = cache.answerAgain(job, asked.call);
    }
    from.watch?.lap("validate");
    if (answer.kind === "hit") return this.#hit(job, answer, from);
    return await misses.begin(job, asked);
  }

  /** Makes the job of a call and notes how it's told of, also for those who ask when this caller has gone on. */
  async #prepare(bytes: Uint8Array, call: Call, watch?: Stopwatch): Promise<Job | Batch | Uncacheable> {
    const { cache } = this.#parts;
    // the bytes are the connection's, and not there for long
    const request = digestBytes(bytes);
    const job = await cache.prepare(call, watch);
    if ("reason" in job) return job;
    const first = job instanceof Batch ? job.units[0] : job;
    const priority = call.env.get("ZCCACHE_COMPILE_PRIORITY");
    const told = journalCallOfJob(call, first);
    this.#calls.set(job, { call: told, work: first.work, priority, ...sharingOf(first) });
    cache.remember(request, job);
    watch?.lap("key");
    return job;
  }

  #described(call: Call): JournalCall {
    return journalCallOf(call, this.#parts.cache.programOf(call));
  }

  #hit(job: Job, { ready, origin }: Hit, from: Asker): Answered {
    const asked = this.#asked(job, from);
    const known = origin === undefined ? asked : { ...asked, sharing: { from: origin } };
    return { reply: this.#deliver(job, ready, known), afterwards: this.#parts.cache.afterDelivery(job) };
  }

  #deliver(to: KnownCall | Job, ready: ReadyResult, asked: Asked): DeliverReply {
    const timing = this.#parts.outcomes.hit(asked, ready);
    this.#parts.cache.copies.delivers(to, ready);
    return deliverReply(to, ready, { mode: this.#parts.mode, timing });
  }

  #bypass(why: Uncacheable, asked?: Asked): Answered {
    this.#parts.outcomes.bypassed(asked, why);
    return { reply: bypassReply(why.reason, asked?.session) };
  }

  #refuse({ message, detail }: StrictRefusal, asked: Asked): Answered {
    const exit = 1;
    this.#parts.outcomes.ended(asked, { outcome: "error", exit, reason: "strict-paths", detail });
    return { reply: { kind: "refuse", exit, stderr: message } };
  }

  #asked(job: Job | Batch, from: Asker): Asked {
    const known = this.#calls.get(job);
    if (known === undefined) {
      throw new TypeError("Cannot tell what was asked: the job is not of this service");
    }
    return { ...known, ...from };
  }
}

/** How long a caller waits while its tool is identified: well below the launcher's own patience. */
const PATIENCE_MS = 2000;

/** What is being prepared, if that doesn't take too long; it goes on, and the next one finds it done. */
async function inTime<T>(preparing: Promise<T>, tool: string): Promise<T | Uncacheable> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Uncacheable>((resolve) => {
    timer = setTimeout(() => resolve(uncacheable("tool-not-known-yet", tool)), PATIENCE_MS);
  });
  try {
    return await Promise.race([preparing, late]);
  } finally {
    clearTimeout(timer);
  }
}

function sharingOf({ unshared }: Job): { sharing?: Asked["sharing"] } {
  return unshared === undefined ? {} : { sharing: { unshared } };
}

/** The bytes that a request is remembered by: with variables of its session's own, it's another request. */
function askedBytes(payload: Uint8Array, session: Session | undefined): Uint8Array {
  const bytes = payload.subarray(rememberedFrom(payload));
  if (session?.envBlock === undefined) return bytes;
  const both = new Uint8Array(bytes.length + session.envBlock.length);
  both.set(bytes);
  both.set(session.envBlock, bytes.length);
  return both;
}
