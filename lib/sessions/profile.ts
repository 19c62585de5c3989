import {
  PATHS,
  type Phase,
  PHASES,
  type PhaseSummary,
  type PhaseTimes,
  type ProfileReport,
  type SlowRequest,
} from "../core/mod.ts";
import type { JournalCall } from "../journal/mod.ts";
import { Histogram, type HistogramState } from "./histogram.ts";

/** How many requests are shown one by one. */
const SLOWEST = 10;

/** Requests of which is known who they were when their delivery is told; later ones count without a name. */
const MAX_NAMED = 200_000;

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
  readonly #histograms: Readonly<Record<Phase, Histogram>>;
  /** The requests since this daemon took the profile up, for deliveries that are told later: what, and how long so far. */
  readonly #calls: JournalCall[] = [];
  readonly #times: number[] = [];
  readonly #firstMark: number;
  #slowest: Slow[];
  #requests: number;

  constructor(state?: ProfileState) {
    const histogram = (phase: Phase) => {
      const kept = state?.phases[phase];
      return kept === undefined ? new Histogram() : Histogram.from(kept);
    };
    this.#histograms = {
      connect: histogram("connect"),
      barrier: histogram("barrier"),
      parse: histogram("parse"),
      key: histogram("key"),
      validate: histogram("validate"),
      deliver: histogram("deliver"),
      tool: histogram("tool"),
      snapshot: histogram("snapshot"),
      ingest: histogram("ingest"),
    };
    this.#slowest = [...state?.slowest ?? []];
    this.#requests = state?.requests ?? 0;
    this.#firstMark = this.#requests + 1;
  }

  /** How many were taken in; the number of each is its mark, for `delivered`. */
  get requests(): number {
    return this.#requests;
  }

  /** Takes in a request. */
  add(request: Profiled): void {
    const mark = ++this.#requests;
    let total = 0;
    for (const phase of PHASES) {
      const ns = request.phases[phase];
      if (ns === undefined) continue;
      this.#histograms[phase].add(ns);
      total += ns;
    }
    if (this.#calls.length < MAX_NAMED) {
      this.#calls.push(request.call);
      this.#times.push(total);
    }
    this.#rank(mark, request, total);
  }

  /** What the launcher took to deliver a request that was added before. */
  delivered(mark: number, ns: number): void {
    this.#histograms.deliver.add(ns);
    const call = this.#calls[mark - this.#firstMark];
    const known = this.#times[mark - this.#firstMark];
    if (call === undefined || known === undefined) return;
    const ranked = this.#slowest.find((slow) => slow.mark === mark);
    if (ranked !== undefined) this.#slowest = this.#slowest.filter((slow) => slow !== ranked);
    const phases = { ...ranked?.phases, deliver: ns };
    this.#rank(mark, { phases, outcome: ranked?.outcome ?? "hit", call }, known + ns);
  }

  report(): ProfileReport {
    const phases = PHASES.map((phase): PhaseSummary => {
      const histogram = this.#histograms[phase];
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
    const what = call.source === undefined ? [...call.args].join(" ") : PATHS.from(call.cwd, call.source);
    this.#slowest.push({ mark, totalNs, phases, outcome, tool: call.compiler, what });
    this.#slowest.sort((a, b) => b.totalNs - a.totalNs);
    this.#slowest.length = Math.min(this.#slowest.length, SLOWEST);
  }
}
