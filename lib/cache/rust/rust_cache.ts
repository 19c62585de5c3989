import { type Result, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { Store, StoredEntry } from "../../store/mod.ts";
import type { Call, CratePlan, QueryPlan } from "../../tools/mod.ts";
import type { Filed, Finished, NotKept } from "../ingest.ts";
import type { Job } from "../job.ts";
import type { LoaderCache } from "../observed/loader_cache.ts";
import type { Located } from "../toolchain/locate.ts";
import type { Paths } from "../paths.ts";
import type { Premises } from "../premises.ts";
import type { Ask } from "../toolchain/ask.ts";
import { assembling } from "./assembling.ts";
import { ASSEMBLER, CrateGraph, cratesOf, dependenciesOf } from "./crate_graph.ts";
import { CrateIngest, type CrateRun } from "./crate_ingest.ts";
import { CratesInWork } from "./crates_in_work.ts";
import { CrateUnit } from "./crate_unit.ts";
import { ObservedCrate } from "./observed_crate.ts";
import { Query, QueryIngest, type QueryRun } from "./query.ts";
import { RustToolchains } from "./rust_toolchain.ts";

/** A run of rustc that was begun. */
export type RustRun = CrateRun | QueryRun;

/** A parsed call of rustc. */
export interface RustCall {
  readonly call: Call;
  readonly plan: CratePlan | QueryPlan;
  readonly tool: Located;
  readonly parsedFrom: Premises;
}

/** What the cache knows of Rust. */
export class RustCache {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #store: Store;
  readonly #hostCpu: string;
  readonly #observer: string | undefined;
  readonly #loader: LoaderCache;
  readonly #toolchains: RustToolchains;
  readonly #inWork: CratesInWork;
  readonly #graph: CrateGraph;
  readonly #crates: CrateIngest;
  readonly #queries: QueryIngest;

  constructor(parts: {
    view: FileView;
    store: Store;
    paths: Paths;
    ask: Ask;
    hostCpu: string;
    observer?: string | undefined;
    loader: LoaderCache;
  }) {
    this.#store = parts.store;
    this.#observer = parts.observer;
    this.#loader = parts.loader;
    this.#view = parts.view;
    this.#paths = parts.paths;
    this.#hostCpu = parts.hostCpu;
    this.#toolchains = new RustToolchains(parts);
    this.#inWork = new CratesInWork(parts.view);
    this.#graph = new CrateGraph(parts.store, this.#inWork);
    this.#crates = new CrateIngest({ ...parts, graph: this.#graph, inWork: this.#inWork });
    this.#queries = new QueryIngest(parts.view, parts.store);
  }

  /** Identifies the toolchain of a parsed call. */
  async prepare({ call, plan, tool, parsedFrom }: RustCall): Promise<Job | Uncacheable> {
    const toolchain = await this.#toolchains.identify(tool, plan.question, call);
    if ("kind" in toolchain) return toolchain;
    this.#view.barrier();
    const around = { call, tool, toolchain, parsedFrom, view: this.#view, paths: this.#paths };
    if (plan.kind === "query") return new Query({ ...around, plan });
    const parts = { ...around, plan, graph: this.#graph, hostCpu: this.#hostCpu };
    const unit = plan.reads === undefined ? new CrateUnit(parts) : undefined;
    const isPlain = unit !== undefined && !unit.mayRunMacros;
    if (isPlain && !(plan.keepsFailures && this.#observer !== undefined)) return unit;
    if (this.#observer !== undefined) {
      return new ObservedCrate({ ...parts, observer: this.#observer, loader: this.#loader });
    }
    return plan.reads ?? uncacheable("macro-reads", plan.crateName);
  }

  /** Begins a run, if the job is one of ours. */
  begin(job: Job, folder: string): RustRun | undefined {
    if (job instanceof CrateUnit) return this.#crates.begin(job, folder);
    return job instanceof Query ? this.#queries.begin(job, folder) : undefined;
  }

  /** An observed run of ours begins: who is compiled against what it makes may come before it is filed. */
  expect(job: ObservedCrate, folder: string): void {
    job.begin(this.#view, this.#graph);
    const made = job.outputs.filter(isCompiledAgainst);
    this.#inWork.begin(folder, made, dependenciesOf(job.crates(this.#view)));
  }

  /** The tool of the run with this folder has ended; the run may be one of ours. */
  ended(folder: string): void {
    this.#inWork.ended(folder);
  }

  /** What it made was filed or refused. */
  forget(folder: string): void {
    this.#inWork.forget(folder);
  }

  /** An observed run of ours, which has this folder, was filed. */
  learn(folder: string, { result, found }: StoredEntry): void {
    const crates = cratesOf(this.#store, result, isCompiledAgainst);
    const dependencies = this.#inWork.madeFrom(folder);
    if (crates.length === 0 || dependencies === undefined) return;
    const more = assembling(this.#view, found) === undefined ? [] : [ASSEMBLER];
    for (const content of crates) this.#graph.learn(content, [...dependencies, ...more]);
  }

  /**
   * What a crate's files are is looked at as soon as they are there: who is compiled against them will ask, and a program
   * is linked from all of them when nothing else is left to do.
   */
  afterDelivery(to: Job): (() => void) | undefined {
    if (!(to instanceof CrateUnit || to instanceof ObservedCrate)) return undefined;
    const made = to.writes.filter(isCompiledAgainst).map((path) => this.#paths.resolve(to.cwd, path));
    if (made.length === 0) return undefined;
    return () => {
      this.#view.barrier();
      for (const path of made) this.#view.state(this.#view.track(path));
    };
  }

  /** Takes in what a run produced. */
  keep(run: RustRun, finished: Finished): Promise<Result<Filed, NotKept>> {
    return run.kind === "crate" ? this.#crates.keep(run, finished) : this.#queries.keep(run, finished);
  }
}

function isCompiledAgainst(path: string): boolean {
  return /\.(?:rmeta|rlib|so|dylib|dll)$/.test(path);
}
