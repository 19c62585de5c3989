import {
  type Digest,
  digestBytes,
  err,
  type Explanation,
  type JournalCall,
  type Result,
  type Stopwatch,
  type Uncacheable,
} from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import type { ReadyResult, Store } from "../store/mod.ts";
import type { Call } from "../tools/mod.ts";
import type { Batch } from "./batch.ts";
import { PRIVATE_DEPFILE, readLeft } from "./files_of_run.ts";
import { Copies } from "./copies.ts";
import { Explainer } from "./explainer.ts";
import { type CompileRun, type Filed, type Finished, Ingest, type NotKept, PASSING } from "./ingest.ts";
import type { Job } from "./job.ts";
import { ListedPaths } from "./includes/listed_paths.ts";
import { partLists } from "./includes/lists.ts";
import { KnownCall } from "./recall/known_call.ts";
import { lateOutputsOf } from "./late_copy.ts";
import { type Answer, Lookup } from "./lookup.ts";
import { keepObserved } from "./observed/observed_ingest.ts";
import { LoaderCache } from "./observed/loader_cache.ts";
import { type ObservedRun, ObservedUnit } from "./observed/observed_unit.ts";
import { Paths } from "./paths.ts";
import { type Host, Planner } from "./planner.ts";
import { ObservedCrate } from "./rust/observed_crate.ts";
import { RustCache, type RustRun } from "./rust/rust_cache.ts";
import { Recall } from "./recall/recall.ts";
import { readTrackedText } from "./text_reader.ts";
import { Siblings } from "./recall/siblings.ts";
import { type Begun, Trials } from "./trials/trials.ts";
import { Unit } from "./unit.ts";
import { Witness } from "./witness.ts";
import { userDepfile } from "./includes/user_depfile.ts";
import { Writers } from "./writers.ts";

/** How many requests of less usual kinds are remembered; the oldest goes first. */
const MAX_REMEMBERED = 10_000;

/** A run that was begun. */
export type Run = CompileRun | ObservedRun | RustRun;

/** The heart: from a request's bytes to a result that is right now, or to the reason why there is none. */
export class CompileCache {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;
  readonly #planner: Planner;
  readonly #lookup: Lookup;
  readonly #explainer: Explainer;
  readonly #ingest: Ingest;
  readonly #jobs = new Map<Digest, Job | Batch>();
  readonly #recall: Recall;
  /** The requests of units that are remembered by their answers alone. */
  readonly #plain = new WeakMap<Job, Digest>();
  readonly #rust: RustCache;
  readonly #siblings = new Siblings();
  /** Second chances for units whose definitions changed. */
  readonly trials: Trials;
  /** Whose tools are writing: a run that was begun is to be ended there, however it ends. */
  readonly writers: Writers;
  /** What delivered files are about to be. */
  readonly copies: Copies;

  constructor(parts: Host & { view: FileView; store: Store }) {
    const { view, store } = parts;
    this.#view = view;
    this.#store = store;
    this.#paths = new Paths(view);
    this.#lookup = new Lookup(view, store, this.#paths);
    this.#explainer = new Explainer({ view, store, lookup: this.#lookup, now: Date.now });
    const known = { view, store, paths: this.#paths, listed: new ListedPaths(view, this.#paths) };
    this.#ingest = new Ingest(known);
    this.#recall = new Recall(view);
    const around = { ...parts, paths: this.#paths, loader: new LoaderCache(view) };
    this.#rust = new RustCache(around);
    this.#planner = new Planner({ ...around, rust: this.#rust });
    this.writers = new Writers(this.#paths);
    this.copies = new Copies({ ...known, writers: this.writers });
    this.trials = new Trials({ ...known, lookup: this.#lookup });
  }

  /** What these request bytes meant before, if they still mean it. Passes the view's barrier. */
  remembered(requestBytes: Uint8Array, watch?: Stopwatch): KnownCall | Job | Batch | undefined {
    this.#view.barrier();
    watch?.lap("barrier");
    const key = digestBytes(requestBytes);
    const known = this.#recall.get(key) ?? this.#jobs.get(key);
    const current = known?.isCurrent(this.#view) ? known : undefined;
    watch?.lap("key");
    return current;
  }

  /** The result that answers a known call, which was just got from `remembered`, if there is one. */
  again(known: KnownCall): ReadyResult | undefined {
    return this.#lookup.again(known);
  }

  /** What to do as soon as a result that answered a job was delivered, where that saves time for who asks next. */
  afterDelivery(to: Job): (() => void) | undefined {
    return this.#rust.afterDelivery(to);
  }

  /** A text file that a command names, as the parser would read it. */
  readText(path: string): string | undefined {
    return readTrackedText(this.#view, path);
  }

  /** The program that a call names; undefined if it can't be told. */
  programOf(call: Call): string | undefined {
    const tool = this.#planner.locate(call);
    return "kind" in tool ? undefined : tool.path;
  }

  /** Parses a call and identifies its tool. */
  async prepare(call: Call, watch?: Stopwatch): Promise<Job | Batch | Uncacheable> {
    this.#view.barrier();
    const tool = this.#planner.locate(call);
    if ("kind" in tool) return tool;
    const inner = { ...call, name: tool.name, exe: tool.path, args: tool.args, isScript: tool.isScript };
    const plan = this.#planner.parse(tool, inner);
    watch?.lap("parse");
    if (plan.kind === "uncacheable") return plan;
    return await this.#planner.jobOf(inner, plan, tool);
  }

  /** Notes what the request with this digest means; a plain compile is remembered when it has an answer. */
  remember(request: Digest, job: Job | Batch): void {
    if (job instanceof Unit && job.roots === undefined) {
      this.#plain.set(job, request);
      return;
    }
    this.#jobs.delete(request);
    this.#jobs.set(request, job);
    if (this.#jobs.size <= MAX_REMEMBERED) return;
    const oldest = this.#jobs.keys().next();
    if (!oldest.done) this.#jobs.delete(oldest.value);
  }

  /**
   * What the cache has for a job now; the caller has just got it from `remembered` or `prepare`. `told` says how the
   * call is told of, also when the same bytes come again.
   */
  answer(job: Job, told?: JournalCall): Answer {
    const answer = this.#lookup.answer(job);
    this.#recollect(job, told);
    return this.#forgetFacts(job, answer);
  }

  /** Whether a batch still means the same after a pause; passes the view's barrier. */
  isCurrent(batch: Batch): boolean {
    this.#view.barrier();
    return batch.isCurrent(this.#view);
  }

  /** The same after a pause in which things may have changed. */
  answerAgain(job: Job, told: JournalCall): Answer {
    this.#view.barrier();
    return job.isCurrent(this.#view) ? this.answer(job, told) : { kind: "miss" };
  }

  /** A hit's facts were noted when its result was filed; a hundred thousand jobs would not fit with theirs. */
  #forgetFacts(job: Job, answer: Answer): Answer {
    if (answer.kind === "hit") job.facts.take();
    return answer;
  }

  /** Why `answer` or `answerAgain` gave no hit; asked right after it. */
  explain(job: Job): Explanation {
    const explained = this.#explainer.explain(job);
    if (!(job instanceof Unit) || job.roots === undefined || job.anyCompiler === undefined) return explained;
    const { roots, base, anyCompiler } = job;
    return { ...explained, reason: this.#siblings.reason({ roots, base, anyCompiler }, explained.reason) };
  }

  /** The key under which a job's results are found, with its own inputs as of the last barrier. */
  keyOf(job: Job): Digest {
    return job.context(this.#view);
  }

  /** A second chance for a job that missed, if there is one; `folder` takes what it leaves. */
  async secondChance(job: Job, folder: string): Promise<Begun | undefined> {
    return job instanceof Unit ? await this.trials.begin(job, folder) : undefined;
  }

  /**
   * Begins a run that `folder` is for: from now on, changes to what the tool may read are seen. `text` is the key of the
   * unit's preprocessed text, where that's known.
   */
  begin(job: Job, folder: string, text?: Digest): Run {
    if (job instanceof ObservedUnit) {
      const context = job.context(this.#view);
      for (const watched of job.watched) this.#view.watchFolder(watched);
      if (job instanceof ObservedCrate) this.#rust.expect(job, folder);
      const own = job.ownFiles(this.#view);
      const witness = new Witness(this.#view);
      return this.writers.begin({ kind: "observed", unit: job, context, own, folder, witness });
    }
    const rust = this.#rust.begin(job, folder);
    if (rust !== undefined) return this.writers.begin(rust);
    if (!(job instanceof Unit)) throw new TypeError("Cannot begin a run: the job is of no known kind");
    return this.beginCompile(job, folder, text);
  }

  /** The same for what is known to be a compile. */
  beginCompile(unit: Unit, folder: string, text?: Digest): CompileRun {
    const context = unit.context(this.#view);
    for (const searched of unit.search.folders) this.#view.watchFolder(searched);
    const alsoUnder = [unit.looseContext(this.#view), text].filter((key) => key !== undefined);
    const witness = new Witness(this.#view);
    return this.writers.begin({ kind: "compile", unit, context, alsoUnder, folder, witness });
  }

  /** The -MMD file that a run's full depfile gives; `absent` if it wrote none, `unknown` if only the tool can make it. */
  userDepfile(run: CompileRun): { readonly text: string } | "absent" | "unknown" {
    const full = readLeft(`${run.folder}/${PRIVATE_DEPFILE}`);
    if (full === undefined) return "absent";
    this.#view.barrier();
    const text = userDepfile(full, run.unit, { view: this.#view, paths: this.#paths });
    return text === undefined ? "unknown" : { text };
  }

  /** The dependency list of each unit from what one process wrote for all of them; undefined for one that has none. */
  partLists(text: string, units: readonly Unit[]): readonly (string | undefined)[] {
    return partLists(text, units, { view: this.#view, paths: this.#paths });
  }

  /** Whether the messages of a run may name other files than it read; undefined if what it read isn't known. */
  mayQuoteOthers(run: CompileRun): boolean | undefined {
    return this.#ingest.mayQuoteOthers(run);
  }

  /** Nobody will report of the run. */
  abandon(run: Run): void {
    this.writers.end(run);
    this.#rust.forget(run.folder);
  }

  /** Takes in what the run produced; `told` as with `answer`. */
  async keep(run: Run, finished: Finished, told?: JournalCall): Promise<Result<Filed, NotKept>> {
    const kept = await this.#take(run, finished).finally(() => this.#rust.forget(run.folder));
    if (!kept.ok) {
      // what is refused now will be again, and there is nothing to compare it with; what failed may be mended, and what
      // changed meanwhile is kept the next time
      const lasts = finished.exit === 0 && !PASSING.has(kept.error.reason);
      if (lasts) run.unit.facts.take();
      return kept;
    }
    this.#lookup.prime(run, kept.value);
    this.#recollect(run.unit, told);
    if (run.kind === "compile") this.trials.filed(run.unit);
    this.#explainer.filed(run);
    this.copies.filed(run, finished, kept.value.entry.result, await lateOutputsOf(finished));
    return kept;
  }

  async #take(run: Run, finished: Finished): Promise<Result<Filed, NotKept>> {
    this.#rust.ended(run.folder);
    const spoilt = finished.exit === 0 ? this.writers.spoiltOf(run) : undefined;
    if (spoilt !== undefined) return err({ reason: "output-overwritten", detail: spoilt });
    switch (run.kind) {
      case "observed": {
        const { unit } = run;
        const kept = await keepObserved(run, finished, {
          view: this.#view,
          store: this.#store,
          paths: this.#paths,
        });
        if (kept.ok && unit instanceof ObservedCrate) this.#rust.learn(run.folder, kept.value.entry);
        return kept;
      }
      case "compile":
        return await this.#ingest.keep(run, finished);
      default:
        return await this.#rust.keep(run, finished);
    }
  }

  /** Forgets what is remembered of requests; what is stored stays. */
  forget(): void {
    this.#jobs.clear();
    this.#recall.clear();
  }

  /** A plain compile that has an answer is remembered by that. */
  #recollect(job: Job, told: JournalCall | undefined): void {
    const key = this.#plain.get(job);
    const { entry } = job;
    if (key === undefined || entry === undefined || told === undefined || !(job instanceof Unit)) return;
    this.#recall.keep(key, job, { entry, told });
  }
}

export type { Answer, CompileRun, Finished, NotKept };
