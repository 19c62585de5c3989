import { type Digest, digestBytes, type Result, type Uncacheable, uncacheable } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import type { Store } from "../store/mod.ts";
import { type Call, parseCall } from "../tools/mod.ts";
import { type Filed, type Finished, Ingest, type NotKept, PRIVATE_DEPFILE, type Run } from "./ingest.ts";
import { Locator } from "./locate.ts";
import { type Answer, Lookup } from "./lookup.ts";
import { Paths } from "./paths.ts";
import { Premises } from "./premises.ts";
import { readTrackedText } from "./text_reader.ts";
import { type Ask, Toolchains } from "./toolchain.ts";
import { Trials } from "./trials.ts";
import { Unit } from "./unit.ts";
import { userDepfile } from "./user_depfile.ts";

/** How many requests are remembered; the oldest goes first. */
const MAX_REMEMBERED = 150_000;

/** The heart: from a request's bytes to a result that is right now, or to the reason why there is none. */
export class CompileCache {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #locator: Locator;
  readonly #toolchains: Toolchains;
  readonly #lookup: Lookup;
  readonly #ingest: Ingest;
  readonly #hostCpu: string;
  readonly #units = new Map<string, Unit>();
  /** Second chances for units whose definitions changed. */
  readonly trials: Trials;

  constructor(parts: {
    view: FileView;
    store: Store;
    ask: Ask;
    /** Tells zccache's own executables by path. */
    isOurs: (path: string) => boolean;
    /** What `-march=native` means on this machine. */
    hostCpu: string;
  }) {
    const { view, store } = parts;
    this.#view = view;
    this.#hostCpu = parts.hostCpu;
    this.#paths = new Paths(view);
    this.#locator = new Locator(view, this.#paths, parts.isOurs);
    this.#toolchains = new Toolchains({ view, paths: this.#paths, ask: parts.ask, notes: store });
    this.#lookup = new Lookup(view, store, this.#paths);
    this.#ingest = new Ingest(view, store, this.#paths);
    this.trials = new Trials({ view, store, paths: this.#paths, lookup: this.#lookup });
  }

  /** The unit that these request bytes meant before, if they still mean it. Passes the view's barrier. */
  remembered(requestBytes: Uint8Array): Unit | undefined {
    this.#view.barrier();
    const unit = this.#units.get(digestBytes(requestBytes));
    return unit?.isCurrent(this.#view) ? unit : undefined;
  }

  /** A text file that a command names, as the parser would read it. */
  readText(path: string): string | undefined {
    return readTrackedText(this.#view, path);
  }

  /** Parses a call and identifies its tool, and remembers the outcome for the same bytes. */
  async prepare(requestBytes: Uint8Array, call: Call): Promise<Unit | Uncacheable> {
    const key = digestBytes(requestBytes);
    this.#view.barrier();
    const tool = this.#locator.locate(call);
    if ("kind" in tool) return tool;
    const inner = { ...call, name: tool.name, exe: tool.path, args: tool.args };
    const plan = parseCall(tool.family, inner, (path) => readTrackedText(this.#view, path));
    if (plan.kind === "uncacheable") return plan;
    const read = [
      ...tool.files,
      ...tool.passedOver,
      ...plan.parsedFrom.map((path) => this.#view.track(path)),
    ];
    const absent = plan.mustBeAbsent.map((path) => this.#paths.resolve(call.cwd, path));
    const precompiled = absent.find((path) => this.#view.exists(path));
    if (precompiled !== undefined) return uncacheable("pch-input", precompiled);
    const parsedFrom = new Premises(this.#view, read, [...tool.absent, ...absent]);
    const toolchain = await this.#toolchains.identify(tool, plan);
    if ("kind" in toolchain) return toolchain;
    this.#view.barrier();
    const around = { view: this.#view, paths: this.#paths, hostCpu: this.#hostCpu };
    const unit = new Unit({ call: inner, plan, tool, toolchain, parsedFrom, ...around });
    this.#remember(key, unit);
    return unit;
  }

  /** What the cache has for a unit now; the caller has just got it from `remembered` or `prepare`. */
  answer(unit: Unit): Answer {
    return this.#lookup.answer(unit);
  }

  /** The same after a pause in which things may have changed. */
  answerAgain(unit: Unit): Answer {
    this.#view.barrier();
    return unit.isCurrent(this.#view) ? this.#lookup.answer(unit) : { kind: "miss", reason: "input-changed" };
  }

  /** The key under which a unit's results are found, with its own inputs as of the last barrier. */
  keyOf(unit: Unit): Digest {
    return unit.context(this.#view);
  }

  /**
   * Begins a run that `folder` is for: from now on, changes to what the tool may read are seen. `text` is the key of the
   * unit's preprocessed text, where that's known.
   */
  begin(unit: Unit, folder: string, text?: Digest): Run {
    for (const searched of unit.search.folders) this.#view.watchFolder(searched);
    const context = unit.context(this.#view);
    const alsoUnder = [unit.looseContext(this.#view), text].filter((key) => key !== undefined);
    return { unit, context, alsoUnder, folder, begunAt: this.#view.generation, begunAtMs: Date.now() };
  }

  /** The -MMD file that a run's full depfile gives; `absent` if it wrote none, `unknown` if only the tool can make it. */
  userDepfile(run: Run): { readonly text: string } | "absent" | "unknown" {
    const full = readIfThere(`${run.folder}/${PRIVATE_DEPFILE}`);
    if (full === undefined) return "absent";
    this.#view.barrier();
    const text = userDepfile(full, run.unit, { view: this.#view, paths: this.#paths });
    return text === undefined ? "unknown" : { text };
  }

  /** Takes in what the run produced. */
  async keep(run: Run, finished: Finished): Promise<Result<Filed, NotKept>> {
    const kept = await this.#ingest.keep(run, finished);
    if (!kept.ok) return kept;
    this.#lookup.prime(run, kept.value);
    this.trials.filed(run.unit);
    return kept;
  }

  /** Forgets what is remembered of requests; what is stored stays. */
  forget(): void {
    this.#units.clear();
  }

  #remember(key: string, unit: Unit): void {
    this.#units.delete(key);
    this.#units.set(key, unit);
    if (this.#units.size <= MAX_REMEMBERED) return;
    const oldest = this.#units.keys().next();
    if (!oldest.done) this.#units.delete(oldest.value);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export type { Answer, Finished, NotKept, Run };
