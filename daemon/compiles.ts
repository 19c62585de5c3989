import { type DeliveryMode, REASONS, type Uncacheable } from "../lib/core/mod.ts";
import type { CompileCache, Unit } from "../lib/cache/mod.ts";
import type { JournalCall } from "../lib/journal/mod.ts";
import { type CompileRequest, type DeliverReply, REMEMBERED_FROM } from "../lib/protocol/mod.ts";
import type { ReadyResult } from "../lib/store/mod.ts";
import { strictPathsRefusal, type StrictRefusal } from "../lib/tools/mod.ts";
import { callOf, journalCallOf, journalCallOfUnit } from "./caller.ts";
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

/** Answers compile requests: a hit at once, a miss by what `Misses` says. */
export class Compiles {
  readonly #parts: CompileParts;
  readonly #calls = new WeakMap<Unit, { readonly call: JournalCall; readonly sessionId: string | null }>();

  constructor(parts: CompileParts) {
    this.#parts = parts;
  }

  /** The hit path: undefined unless the same bytes were asked before and the answer is a hit. Synchronous. */
  quick(payload: Uint8Array): DeliverReply | undefined {
    const since = performance.now();
    const unit = this.#parts.cache.remembered(payload.subarray(REMEMBERED_FROM));
    if (unit === undefined) return undefined;
    const answer = this.#parts.cache.answer(unit);
    return answer.kind === "hit" ? this.#hit(unit, answer.ready, since) : undefined;
  }

  /** Any compile request. */
  async answer(request: CompileRequest, payload: Uint8Array): Promise<Answered> {
    const since = performance.now();
    const { cache, misses } = this.#parts;
    const bytes = payload.subarray(REMEMBERED_FROM);
    let unit = cache.remembered(bytes);
    if (unit === undefined) {
      const call = callOf(request);
      if (!call.ok) return this.#bypass(call.error);
      const sessionId = call.value.env.get("ZCCACHE_SESSION_ID") ?? null;
      const refused = strictPathsRefusal(call.value, (path) => cache.readText(path));
      if (refused !== undefined) {
        return this.#refuse(refused, { call: journalCallOf(call.value), sessionId, since });
      }
      const prepared = await cache.prepare(bytes, call.value);
      if ("reason" in prepared) {
        return this.#bypass(prepared, { call: journalCallOf(call.value), sessionId, since });
      }
      unit = prepared;
      this.#calls.set(unit, { call: journalCallOfUnit(call.value, unit), sessionId });
    }
    let answer = cache.answer(unit);
    const filing = misses.filing(unit);
    if (answer.kind === "miss" && filing !== undefined) {
      // the same compile has just ended and is being filed
      await filing;
      answer = cache.answerAgain(unit);
    }
    if (answer.kind === "hit") return { reply: this.#hit(unit, answer.ready, since) };
    return misses.begin(unit, this.#asked(unit, since), answer.reason);
  }

  #hit(unit: Unit, ready: ReadyResult, since: number): DeliverReply {
    this.#parts.outcomes.hit(this.#asked(unit, since), ready.result.exit, ready.result.toolMs);
    return deliverReply(unit, ready, this.#parts.mode);
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

  #asked(unit: Unit, since: number): Asked {
    const known = this.#calls.get(unit);
    if (known === undefined) {
      throw new TypeError("Cannot tell what was asked: the unit is not of this service");
    }
    return { ...known, since };
  }
}
