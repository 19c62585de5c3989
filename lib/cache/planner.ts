import { type Uncacheable, uncacheable } from "../core/mod.ts";
import type { FileId, FileView } from "../files/mod.ts";
import type { Store } from "../store/mod.ts";
import {
  type Batch as Plans,
  type Call,
  type CratePlan,
  type ObservedPlan,
  parseCall,
  type Parsed,
  type Plan,
  type QueryPlan,
} from "../tools/mod.ts";
import { Batch } from "./batch.ts";
import {
  asksToShare,
  type CheckoutPlan,
  planCrateForCheckout,
  planForCheckout,
  plansOf,
  rootsOfObserved,
  unsharedVersion,
  withoutSharing,
} from "./checkouts/checkout_plan.ts";
import { NO_GROUNDS } from "./checkouts/checkout_roots.ts";
import type { Job } from "./job.ts";
import { type Located, Locator } from "./toolchain/locate.ts";
import { LoaderCache } from "./observed/loader_cache.ts";
import { ObservedUnit } from "./observed/observed_unit.ts";
import { nameOf, type Paths } from "./paths.ts";
import { leadsTo, type Names, Premises } from "./premises.ts";
import type { RustCache } from "./rust/rust_cache.ts";
import { Searches } from "./includes/searches.ts";
import { Sharing } from "./recall/sharing.ts";
import { readTrackedText } from "./text_reader.ts";
import type { Ask } from "./toolchain/ask.ts";
import { type Toolchain, Toolchains } from "./toolchain/toolchain.ts";
import { Unit } from "./unit.ts";

/** Memory for what jobs share, in bytes. */
const SHARED_BYTES = 4 * 1024 * 1024;

/** What a machine and an installation are to planning. */
export interface Host {
  readonly ask: Ask;
  /** Tells zccache's own executables by path. */
  readonly isOurs: (path: string) => boolean;
  /** What `-march=native` means on this machine. */
  readonly hostCpu: string;
  /** The program that runs tools and observes them; undefined where there is none. */
  readonly observer?: string | undefined;
}

/** Makes jobs of calls: finds the tool, parses the arguments, identifies what takes part. */
export class Planner {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #locator: Locator;
  readonly #searches: Searches;
  /** Those of most calls of a project are equal. */
  readonly #premisesOf = new Sharing<Premises>(SHARED_BYTES);
  readonly #toolchains: Toolchains;
  readonly #rust: RustCache;
  readonly #loader: LoaderCache;
  readonly #hostCpu: string;
  readonly #observer: string | undefined;

  constructor(
    parts: Host & { view: FileView; store: Store; paths: Paths; rust: RustCache; loader: LoaderCache },
  ) {
    const { view, paths, loader } = parts;
    this.#view = view;
    this.#paths = paths;
    this.#locator = new Locator(view, paths, parts.isOurs);
    this.#searches = new Searches(view);
    this.#toolchains = new Toolchains({ view, paths, ask: parts.ask, notes: parts.store });
    this.#rust = parts.rust;
    this.#loader = loader;
    this.#hostCpu = parts.hostCpu;
    this.#observer = parts.observer;
  }

  /** The program that a call names, seen through wrappers; or why it isn't one to cache. */
  locate(call: Call): Located | Uncacheable {
    return this.#locator.locate(call);
  }

  /** What a call of a located tool means: to be turned into a job, or refused. */
  parse(tool: Located, call: Call): Parsed {
    return parseCall(tool.family, call, (path) => readTrackedText(this.#view, path));
  }

  /** The job that a plan is; asking the tool about itself may take a while. */
  jobOf(
    call: Call,
    plan: Plan | Plans | ObservedPlan | CratePlan | QueryPlan,
    tool: Located,
  ): Job | Promise<Job | Batch | Uncacheable> | Uncacheable {
    switch (plan.kind) {
      case "observed":
        return this.#observed(call, plan, tool);
      case "plan":
      case "batch":
        return this.#compile(call, this.#forCheckout(call, plan, tool), tool);
      case "crate":
        return this.#crate(call, plan, tool);
      case "query": {
        const leading = this.#paths.climbedFrom(call.cwd, pathsOf(plan));
        const parsedFrom = this.#premises(tool, plan.parsedFrom, { leading });
        return this.#rust.prepare({ call, plan, tool, parsedFrom });
      }
    }
  }

  #crate(call: Call, planned: CratePlan, tool: Located): Promise<Job | Uncacheable> {
    const climbed = this.#paths.climbedFrom(call.cwd, pathsOf(planned));
    const parse = (asked: Call) => this.parse(tool, asked);
    const { plan, ...grounds } = asksToShare(call)
      ? planCrateForCheckout(call, planned, { view: this.#view, paths: this.#paths, parse })
      : { plan: planned, ...NO_GROUNDS };
    const leading = [...climbed, ...grounds.leading];
    const parsedFrom = this.#premises(tool, plan.parsedFrom, { ...grounds, leading });
    return this.#rust.prepare({ call, plan, tool, parsedFrom });
  }

  /** The plan by which results are shared between checkouts, if the caller asks for that. */
  #forCheckout(call: Call, planned: Plan | Plans, tool: Located): CheckoutPlan {
    if (!asksToShare(call)) return { planned, ...NO_GROUNDS };
    const parse = (asked: Call) => this.parse(tool, asked);
    return planForCheckout(call, planned, { view: this.#view, paths: this.#paths, parse });
  }

  async #compile(call: Call, asked: CheckoutPlan, tool: Located): Promise<Unit | Batch | Uncacheable> {
    let { planned } = asked;
    const overwritten = plansOf(planned).find((plan) => this.#overwritesSource(call.cwd, plan));
    if (overwritten !== undefined) return uncacheable("special-output", overwritten.source);
    const mustBeAbsent = new Set(plansOf(planned).flatMap((plan) => plan.mustBeAbsent));
    const absent = [...mustBeAbsent].map((path) => this.#paths.resolve(call.cwd, path));
    const precompiled = absent.find((path) => this.#view.exists(path));
    if (precompiled !== undefined) return uncacheable("pch-input", precompiled);
    const parsedFrom = this.#premises(tool, planned.parsedFrom, {
      read: asked.read,
      absent: [...absent, ...asked.absent],
      leading: [...this.#paths.climbedFrom(call.cwd, plansOf(planned).flatMap(pathsOf)), ...asked.leading],
    });
    const toolchains: Toolchain[] = [];
    for (const plan of plansOf(planned)) {
      const toolchain = await this.#toolchains.identify(tool, plan);
      if ("kind" in toolchain) return toolchain;
      toolchains.push(toolchain);
    }
    this.#view.barrier();
    if (plansOf(planned)[0]?.roots !== undefined) {
      const unshared = unsharedVersion(toolchains[0]?.version ?? "");
      if (unshared !== undefined) planned = withoutSharing(planned, this.parse(tool, call), unshared);
    }
    const around = { view: this.#view, paths: this.#paths, searches: this.#searches, hostCpu: this.#hostCpu };
    const units = plansOf(planned).map((plan, index) =>
      new Unit({ call, plan, toolchain: toolchains[index]!, tool, parsedFrom, ...around })
    );
    const [first, ...others] = units;
    if (first === undefined) throw new TypeError("Cannot prepare a call without a source");
    return planned.kind === "batch" ? new Batch([first, ...others], planned) : first;
  }

  /** Whether the output is the source, by whatever name: gcc refuses that, and a hit would destroy what was written by hand. */
  #overwritesSource(folder: string, { source, outputs }: Plan): boolean {
    const real = leadsTo(this.#view, this.#paths.resolve(folder, source));
    return real !== null &&
      outputs.some(({ path }) =>
        nameOf(path) === nameOf(real) && leadsTo(this.#view, this.#paths.resolve(folder, path)) === real
      );
  }

  #observed(call: Call, plan: ObservedPlan, tool: Located): ObservedUnit | Uncacheable {
    if (this.#observer === undefined) return uncacheable("not-observed", "this system has no observer");
    const asked = asksToShare(call)
      ? rootsOfObserved(call, plan, { view: this.#view, paths: this.#paths })
      : { roots: undefined, unshared: undefined, ...NO_GROUNDS };
    const { roots, unshared, ...grounds } = asked;
    const leading = [...this.#paths.climbedFrom(call.cwd, pathsOf(plan)), ...grounds.leading];
    const parsedFrom = this.#premises(tool, plan.parsedFrom, { ...grounds, leading });
    const host = { observer: this.#observer, hostCpu: this.#hostCpu, loader: this.#loader };
    const around = { view: this.#view, paths: this.#paths, ...host };
    return new ObservedUnit({ call, plan, tool, parsedFrom, roots, unshared, ...around });
  }

  /** The tool's place, the texts that the parser read, and what else a plan rests on. */
  #premises(
    tool: Located,
    parsedFrom: readonly string[],
    { read = [], absent = [], leading = [] }: Names & { readonly read?: readonly FileId[] } = {},
  ): Premises {
    const texts = parsedFrom.map((path) => this.#view.track(path));
    const files = [...tool.files, ...tool.passedOver, ...texts, ...read];
    const premises = new Premises(this.#view, files, {
      absent: [...tool.absent, ...absent],
      leading,
      idle: tool.idle,
    });
    return this.#premisesOf.of(premises.text(), premises, (known) => known.hold(this.#view));
  }
}

/** The files and folders that a plan rests on by their names, as spelled. */
function pathsOf(plan: Plan | ObservedPlan | CratePlan | QueryPlan): readonly string[] {
  switch (plan.kind) {
    case "plan":
      return [
        ...plan.inputs,
        ...plan.forcedIncludes,
        ...plan.mustBeAbsent,
        ...Object.values(plan.search).flat(),
      ];
    case "observed":
      return plan.updates;
    case "crate": {
      const crates = plan.externs.flatMap(({ path }) => path ?? []);
      const above = plan.configuredFrom === undefined ? [] : [`${plan.configuredFrom}/..`];
      const searched = plan.searched.map(({ path }) => path);
      return [...plan.inputs, ...plan.optionalInputs, ...above, ...crates, ...searched];
    }
    case "query":
      return plan.inputs;
  }
}
