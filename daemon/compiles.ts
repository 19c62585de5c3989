import { type DeliveryMode, REASONS, type Uncacheable } from "../lib/core/mod.ts";
import type { CompileCache, Job } from "../lib/cache/mod.ts";
import { type CompileRequest, type DeliverReply, rememberedFrom, sessionOf } from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { strictPathsRefusal, type StrictRefusal } from "../lib/tools/mod.ts";
import { callOf, journalCallOf, journalCallOfJob } from "./caller.ts";
import { deliverReply } from "./delivery.ts";
import type { Answered, Misses } from "./misses.ts";
import type { Asked, Outcomes } from "./outcomes.ts";

/** What the compile handlers work with. */
export interface CompileParts {
  readonly cache: CompileCache;
  readonly misses: Misses;
  readonly outcomes: Outcomes;
  readonly mode: DeliveryMode;
}

/** When a request came and by whom. */
type From = Pick<Asked, "since" | "sessionId">;

/** Answers compile requests: a hit at once, a miss by what `Misses` says. */
export class Compiles {
  readonly #parts: CompileParts;
  readonly #calls = new WeakMap<Job, Pick<Asked, "call" | "work" | "priority">>();

  constructor(parts: CompileParts) {
    this.#parts = parts;
  }

  /** The hit path: undefined unless the same bytes were asked before and the answer is a hit. Synchronous. */
  quick(payload: Uint8Array): DeliverReply | undefined {
    const since = performance.now();
    const job = this.#parts.cache.remembered(payload.subarray(rememberedFrom(payload)));
    if (job === undefined) return undefined;
    const answer = this.#parts.cache.answer(job);
    return answer.kind === "hit"
      ? this.#hit(job, answer.ready, { since, sessionId: sessionIdOf(payload) })
      : undefined;
  }

  /** Any compile request. */
  async answer(request: CompileRequest, payload: Uint8Array): Promise<Answered> {
    const from: From = { since: performance.now(), sessionId: sessionIdOf(payload) };
    const { cache, misses } = this.#parts;
    const bytes = payload.subarray(rememberedFrom(payload));
    let job = cache.remembered(bytes);
    if (job === undefined) {
      const call = callOf(request);
      if (!call.ok) return this.#bypass(call.error);
      const refused = strictPathsRefusal(call.value, (path) => cache.readText(path));
      if (refused !== undefined) {
        return this.#refuse(refused, { call: journalCallOf(call.value), ...from });
      }
      const prepared = await cache.prepare(bytes, call.value);
      if ("reason" in prepared) {
        return this.#bypass(prepared, { call: journalCallOf(call.value), ...from });
      }
      job = prepared;
      const priority = call.value.env.get("ZCCACHE_COMPILE_PRIORITY");
      this.#calls.set(job, { call: journalCallOfJob(call.value, job), work: job.work, priority });
    }
    let answer = cache.answer(job);
    const filing = misses.filing(job);
    if (answer.kind === "miss" && filing !== undefined) {
      // the same compile has just ended and is being filed
      await filing;
      answer = cache.answerAgain(job);
    }
    if (answer.kind === "hit") return { reply: this.#hit(job, answer.ready, from) };
    return misses.begin(job, this.#asked(job, from), cache.explain(job));
  }

  #hit(job: Job, ready: ReadyResult, from: From): DeliverReply {
    this.#parts.outcomes.hit(this.#asked(job, from), ready.result.exit, ready.result.toolMs);
    return deliverReply(job, ready, this.#parts.mode);
  }

  #bypass(why: Uncacheable, asked?: Asked): Answered {
    this.#parts.outcomes.bypassed(asked, why);
    return { reply: { kind: "bypass", code: REASONS[why.reason].code } };
  }

  #refuse({ message, detail }: StrictRefusal, asked: Asked): Answered {
    const exit = 1;
    this.#parts.outcomes.ended(asked, { outcome: "error", exit, reason: "strict-paths", detail });
    return { reply: { kind: "refuse", exit, stderr: message } };
  }

  #asked(job: Job, from: From): Asked {
    const known = this.#calls.get(job);
    if (known === undefined) {
      throw new TypeError("Cannot tell what was asked: the job is not of this service");
    }
    return { ...known, ...from };
  }
}

const latin1 = new TextDecoder("latin1");

/** The id in a request's head, if it has the form of one: what else stands in the variable is nobody's session. */
function sessionIdOf(payload: Uint8Array): string | null {
  const bytes = sessionOf(payload);
  if (bytes.length === 0) return null;
  const text = latin1.decode(bytes);
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : null;
}
