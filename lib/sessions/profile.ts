import {
  PHASES,
  type PhaseSummary,
  type PhaseTimes,
  type ProfileReport,
  type SlowRequest,
} from "../core/mod.ts";
import { absolutePath, type JournalCall } from "../journal/mod.ts";
import { Histogram, type HistogramState } from "./histogram.ts";

/** How many requests are shown one by one. */
const SLOWEST = 10;

/** Requests that may still be told what delivering them took. */
const MAX_AWAITED = 1_000_000;

/** What is known of a request once it is answered. */
export interface Profiled {
  readonly phases: PhaseTimes;
  readonly outcome: string;
  readonly call: JournalCall;
}

interface Slow extends SlowRequest {
  readonly mark: number;
}

/** What a profile is as JSON. */
export interface ProfileState {
  readonly requests: number;
  readonly phases: Readonly<Record<string, HistogramState>>;
  readonly slowest: readonly Slow[];
}

/** Where the time of a session's requests went: totals, percentiles and the slowest. */
export class Profile {
  readonly #histograms: Readonly<Record<string, Histogram>>;
  /** Requests of this daemon by their mark, for the delivery that is told later. */
  readonly #awaited = new Map<number, { readonly request: Profiled; readonly ns: number }>();
  #slowest: Slow[];
  #requests: number;

  constructor(state?: ProfileState) {
    this.#histograms = Object.fromEntries(PHASES.map((phase) => {
      const kept = state?.phases[phase];
      return [phase, kept === undefined ? new Histogram() : Histogram.from(kept)];
    }));
    this.#slowest = [...state?.slowest ?? []];
    this.#requests = state?.requests ?? 0;
  }

  /** Takes in a request; the number is its mark, for `delivered` if the launcher has something to deliver. */
  add(request: Profiled, delivers: boolean): number {
    const mark = ++this.#requests;
    let total = 0;
    for (const phase in request.phases) {
      const ns = request.phases[phase as keyof PhaseTimes] ?? 0;
      this.#histograms[phase]?.add(ns);
      total += ns;
    }
    if (delivers && this.#awaited.size < MAX_AWAITED) this.#awaited.set(mark, { request, ns: total });
    this.#rank(mark, request, total);
    return mark;
  }

  /** What the launcher took to deliver a request that was added before. */
  delivered(mark: number, ns: number): void {
    this.#histograms["deliver"]?.add(ns);
    const awaited = this.#awaited.get(mark);
    this.#awaited.delete(mark);
    if (awaited === undefined) return;
    const { request } = awaited;
    const phases = { ...request.phases, deliver: (request.phases.deliver ?? 0) + ns };
    this.#slowest = this.#slowest.filter((slow) => slow.mark !== mark);
    this.#rank(mark, { ...request, phases }, awaited.ns + ns);
  }

  report(): ProfileReport {
    const phases = PHASES.map((phase): PhaseSummary => {
      const histogram = this.#histograms[phase] ?? new Histogram();
      return {
        phase,
        count: histogram.count,
        totalNs: histogram.totalNs,
        p50Ns: histogram.percentile(0.5),
        p90Ns: histogram.percentile(0.9),
        p99Ns: histogram.percentile(0.99),
        maxNs: histogram.maxNs,
      };
    });
    const slowest = this.#slowest.map(({ mark: _mark, ...slow }) => slow);
    return { requests: this.#requests, phases: phases.filter(({ count }) => count > 0), slowest };
  }

  toJSON(): ProfileState {
    const phases = Object.fromEntries(Object.entries(this.#histograms).map(([p, h]) => [p, h.toJSON()]));
    return { requests: this.#requests, phases, slowest: this.#slowest };
  }

  #rank(mark: number, request: Profiled, totalNs: number): void {
    const last = this.#slowest[SLOWEST - 1];
    if (last !== undefined && last.totalNs >= totalNs) return;
    const { phases, outcome, call } = request;
    const what = call.source === undefined ? call.args.join(" ") : absolutePath(call.cwd, call.source);
    this.#slowest.push({ mark, totalNs, phases, outcome, tool: call.compiler, what });
    this.#slowest.sort((a, b) => b.totalNs - a.totalNs);
    this.#slowest.length = Math.min(this.#slowest.length, SLOWEST);
  }
}
