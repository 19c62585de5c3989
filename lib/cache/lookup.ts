import { type Digest, isDigest } from "../core/mod.ts";
import type { FileState, FileView } from "../files/mod.ts";
import type { ReadyResult, Store, StoredEntry } from "../store/mod.ts";
import { aloneContext, toLocalResult } from "./checkouts/common_result.ts";
import type { Filed } from "./ingest.ts";
import { Inputs } from "./inputs.ts";
import type { Job } from "./job.ts";
import type { KnownCall } from "./recall/known_call.ts";
import { PairFiles } from "./checkouts/pair_files.ts";
import type { Paths } from "./paths.ts";
import type { FoundFile } from "./places.ts";
import type { LiveEntry } from "./unit.ts";

/** What the cache has for a unit now. */
export type Answer =
  | {
    readonly kind: "hit";
    readonly ready: ReadyResult;
    /** The root of the checkout that the result came from, if that's another one. */
    readonly origin?: string | undefined;
  }
  | { readonly kind: "miss" };

/** Whoever asks for a result: what a look-up has to know of a call. */
export interface Asker extends Pick<Job, "cwd" | "places"> {
  readonly roots?: Job["roots"];
}

/** Finds the stored result that holds now. Synchronous: nothing changes between the view's barrier and the answer. */
export class Lookup {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;
  readonly #files: PairFiles;

  constructor(view: FileView, store: Store, paths: Paths) {
    this.#view = view;
    this.#store = store;
    this.#paths = paths;
    this.#files = new PairFiles(view);
  }

  /** The caller has passed the view's barrier and checked that the unit is current. */
  answer(unit: Job): Answer {
    const context = unit.context(this.#view);
    const { entry: last } = unit;
    const ready = last === undefined ? undefined : this.#readyIf(unit, last, context);
    if (ready !== undefined) return hit(unit, ready);
    unit.entry = undefined;
    for (const key of unit.roots === undefined ? [context] : [context, aloneContext(context, unit.roots)]) {
      const found = this.#search(unit, key);
      if (found === undefined) continue;
      unit.entry = found.entry;
      return hit(unit, found.ready);
    }
    return this.#apartFromComments(unit, context) ?? { kind: "miss" };
  }

  /** The answer by an entry that the caller has found to hold now. */
  answerBy(unit: Job, stored: StoredEntry): Answer {
    const ready = this.#store.ready(stored.result);
    return ready === undefined ? { kind: "miss" } : hit(unit, ready);
  }

  /** The result that answers a known call now; the caller has checked that it's current. */
  again(known: KnownCall): ReadyResult | undefined {
    const ready = this.#readyIf(known, known.entry, known.context);
    if (ready !== undefined) return ready;
    const found = this.#search(known, known.context);
    if (found !== undefined) known.entry = found.entry;
    return found?.ready;
  }

  /** The entry that was just filed for a run is the one to look at first. */
  prime(run: { readonly unit: Job; readonly context: Digest }, filed: Filed): void {
    if (run.unit.context(this.#view) !== run.context) return;
    run.unit.entry = { ...enliven(filed.entry), namesAsOf: filed.namesAsOf };
  }

  /** The first entry under a key that holds now, with its result. */
  #search(asker: Asker, key: Digest): { entry: LiveEntry; ready: ReadyResult } | undefined {
    for (const stored of this.#store.entries(key)) {
      const entry = enliven(stored);
      const ready = this.#readyIf(asker, entry, key);
      if (ready !== undefined) return { entry, ready };
    }
    return undefined;
  }

  /** The result of an entry, if that holds. */
  #readyIf(asker: Asker, entry: LiveEntry, key: Digest): ReadyResult | undefined {
    const ready = this.#holds(asker, entry) ? this.#store.ready(entry.stored.result) : undefined;
    if (ready !== undefined) this.#store.touch(key, entry.stored);
    return ready;
  }

  /** A second chance: a result whose inputs differ from today's in comments that can't show in it. */
  #apartFromComments(unit: Job, context: Digest): Answer | undefined {
    const loose = unit.looseContext(this.#view);
    if (loose === undefined) return undefined;
    for (const stored of this.#store.entries(loose)) {
      const then = this.inputs(unit, stored);
      const contents = this.#contentsIfSameCode(then);
      if (contents === undefined || !this.#samePlaces(unit, stored, { ids: then.ids, contents })) continue;
      const ready = this.#store.ready(stored.result);
      if (ready === undefined) continue;
      const found = Array.from(stored.found, ([path], i) => [path, contents[i]!] as const);
      const { passedOver, result } = stored;
      const exact = this.#store.addEntry(context, { found, passedOver, result });
      if (exact !== undefined) unit.entry = enliven(exact);
      return hit(unit, ready);
    }
    return undefined;
  }

  /** What the files contain now, if that is the same code as then. */
  #contentsIfSameCode(then: Inputs): FileState[] | undefined {
    const contents: FileState[] = [];
    for (const [i, was] of then.contents.entries()) {
      const now = this.#view.state(then.ids[i]!);
      if (now !== was && (!isDigest(now) || !isDigest(was) || !this.#isSameCode(now, was))) {
        return undefined;
      }
      contents.push(now);
    }
    return contents;
  }

  #isSameCode(a: Digest, b: Digest): boolean {
    const [x, y] = [this.#view.facts(a), this.#view.facts(b)];
    return x !== undefined && y !== undefined && x.blanked === y.blanked;
  }

  #holds(asker: Asker, entry: LiveEntry): boolean {
    const { stored } = entry;
    const named = entry.namesAsOf !== this.#view.namesGeneration;
    if (!named && this.#view.quietSince(entry.validAsOf)) return true;
    const inputs = this.inputs(asker, stored);
    // with a name a path may have come to lead elsewhere
    if ((named || this.#view.changedSince(inputs.ids, entry.validAsOf)) && !this.#areAsThen(inputs)) {
      return false;
    }
    entry.validAsOf = this.#view.generation;
    if (named) {
      if (!this.#samePlaces(asker, stored, inputs)) return false;
      entry.namesAsOf = this.#view.namesGeneration;
    }
    return true;
  }

  #areAsThen({ ids, contents }: Inputs): boolean {
    for (let i = 0; i < ids.length; i++) if (this.#view.state(ids[i]!) !== contents[i]) return false;
    return true;
  }

  #samePlaces(asker: Asker, stored: StoredEntry, inputs: Pick<Inputs, "ids" | "contents">): boolean {
    const { was, now } = this.places(asker, stored, inputs);
    return now.length === was.length && now.every((place, i) => place === was[i]);
  }

  /** The inputs of an entry, seen from a call. */
  inputs(asker: Asker, { found }: StoredEntry): Inputs {
    const { cwd, roots } = asker;
    const seat = {
      name: roots === undefined ? cwd : `${cwd}\0${roots.key}`,
      resolve: (path: string) => this.#resolve(asker, path),
    };
    return new Inputs(this.#files.idsOf(found, seat), found);
  }

  /** The searched places that were passed over when an entry was filed, and those that would be now; sorted. */
  places(
    asker: Asker,
    stored: StoredEntry,
    { ids, contents }: Pick<Inputs, "ids" | "contents">,
  ): { readonly was: readonly string[]; readonly now: readonly string[] } {
    const files = Array.from(
      ids,
      (id, i): FoundFile => ({ path: this.#view.pathOf(id), content: contents[i] as Digest }),
    );
    const was = stored.passedOver.map((path) => this.#resolve(asker, path)).sort();
    return { was, now: asker.places(this.#view, files, was) };
  }

  /** The absolute path of one in an entry. */
  #resolve({ cwd, roots }: Asker, path: string): string {
    return this.#paths.resolve(cwd, roots?.fromCommon(path) ?? path);
  }
}

/** An entry of which nothing is known yet. */
function enliven(stored: StoredEntry): LiveEntry {
  return { stored, validAsOf: -1, namesAsOf: -1 };
}

function hit(unit: Job, ready: ReadyResult): Answer {
  if (unit.roots === undefined) return { kind: "hit", ready };
  return { kind: "hit", ...toLocalResult(ready, unit.roots, unit.tool.family) };
}
