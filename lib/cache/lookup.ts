import { type Digest, isDigest, PATHS } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import type { ReadyResult, Store, StoredEntry } from "../store/mod.ts";
import { aloneContext, toLocalResult } from "./common_result.ts";
import type { Filed } from "./ingest.ts";
import type { Job } from "./job.ts";
import type { Paths } from "./paths.ts";
import type { FoundFile } from "./places.ts";
import type { LiveEntry, LiveInputs } from "./unit.ts";

/** What the cache has for a unit now. */
export type Answer =
  | {
    readonly kind: "hit";
    readonly ready: ReadyResult;
    /** The root of the checkout that the result came from, if that's another one. */
    readonly origin?: string | undefined;
  }
  | { readonly kind: "miss" };

/** Finds the stored result that holds now. Synchronous: nothing changes between the view's barrier and the answer. */
export class Lookup {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;
  /** Inputs by the stored list they come from and the folder that relative paths are in. */
  readonly #live = new WeakMap<object, Map<string, LiveInputs>>();

  constructor(view: FileView, store: Store, paths: Paths) {
    this.#view = view;
    this.#store = store;
    this.#paths = paths;
  }

  /** The caller has passed the view's barrier and checked that the unit is current. */
  answer(unit: Job): Answer {
    const context = unit.context(this.#view);
    if (unit.entry !== undefined) {
      if (this.#holds(unit, unit.entry)) {
        const ready = this.#store.ready(unit.entry.stored.result);
        if (ready !== undefined) {
          this.#store.touch(context, unit.entry.stored);
          return hit(unit, ready);
        }
      }
      unit.entry = undefined;
    }
    for (const key of unit.roots === undefined ? [context] : [context, aloneContext(context, unit.roots)]) {
      for (const stored of this.#store.entries(key)) {
        const entry = this.enliven(unit, stored);
        if (!this.#holds(unit, entry)) continue;
        const ready = this.#store.ready(stored.result);
        if (ready === undefined) continue;
        unit.entry = entry;
        this.#store.touch(key, stored);
        return hit(unit, ready);
      }
    }
    return this.#apartFromComments(unit, context) ?? { kind: "miss" };
  }

  /** The entry that was just filed for a run is the one to look at first. */
  prime(run: { readonly unit: Job; readonly context: Digest }, filed: Filed): void {
    if (run.unit.context(this.#view) !== run.context) return;
    const entry = this.enliven(run.unit, filed.entry);
    entry.namesAsOf = filed.namesAsOf;
    run.unit.entry = entry;
  }

  /** A second chance: a result whose inputs differ from today's in comments that can't show in it. */
  #apartFromComments(unit: Job, context: Digest): Answer | undefined {
    const loose = unit.looseContext(this.#view);
    if (loose === undefined) return undefined;
    for (const stored of this.#store.entries(loose)) {
      const entry = this.enliven(unit, stored);
      const contents = this.#contentsIfSameCode(entry);
      if (contents === undefined || !this.#samePlaces(unit, entry, contents)) continue;
      const ready = this.#store.ready(stored.result);
      if (ready === undefined) continue;
      const found = stored.found.map(([path], i) => [path, contents[i]!] as const);
      const exact = { own: [], found, passedOver: stored.passedOver, result: stored.result };
      this.#store.addEntry(context, exact);
      unit.entry = this.enliven(unit, exact);
      return hit(unit, ready);
    }
    return undefined;
  }

  /** What the files contain now, if that is the same code as then. */
  #contentsIfSameCode(entry: LiveEntry): string[] | undefined {
    const contents: string[] = [];
    for (const [i, then] of entry.inputs.contents.entries()) {
      const now = this.#view.state(entry.inputs.ids[i]!);
      if (now !== then && (!isDigest(now) || !isDigest(then) || !this.#isSameCode(now, then))) {
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

  #holds(unit: Job, entry: LiveEntry): boolean {
    const { inputs } = entry;
    if (this.#view.changedSince(inputs.ids, inputs.validAsOf)) {
      for (let i = 0; i < inputs.ids.length; i++) {
        if (this.#view.state(inputs.ids[i]!) !== inputs.contents[i]) return false;
      }
    }
    inputs.validAsOf = this.#view.generation;
    if (entry.namesAsOf !== this.#view.namesGeneration) {
      if (!this.#samePlaces(unit, entry, inputs.contents)) return false;
      entry.namesAsOf = this.#view.namesGeneration;
    }
    return true;
  }

  /** Compares the searched places, and where `..` or a link leads now. */
  #samePlaces(unit: Job, entry: LiveEntry, contents: readonly string[]): boolean {
    for (const [i, [spelled]] of entry.stored.found.entries()) {
      const path = this.#resolve(unit, spelled);
      if (path !== this.#view.pathOf(entry.inputs.ids[i]!)) return false;
    }
    const { was, now } = this.places(unit, entry, contents);
    return now.length === was.length && now.every((place, i) => place === was[i]);
  }

  /** The searched places that were passed over when an entry was filed, and those that would be now; sorted. */
  places(
    unit: Job,
    entry: LiveEntry,
    contents: readonly string[] = entry.inputs.contents,
  ): { readonly was: readonly string[]; readonly now: readonly string[] } {
    const files = Array.from(
      entry.inputs.ids,
      (id, i): FoundFile => ({ path: this.#view.pathOf(id), content: contents[i] as Digest }),
    );
    const was = entry.stored.passedOver.map((path) => this.#resolve(unit, path)).sort();
    return { was, now: unit.places(this.#view, files, was) };
  }

  /** The absolute path of one in an entry. */
  #resolve(unit: Job, path: string): string {
    return this.#paths.resolve(unit.cwd, unit.roots?.fromCommon(path) ?? path);
  }

  /** An entry with its paths as ids. */
  enliven(unit: Job, stored: StoredEntry): LiveEntry {
    const isRelative = stored.found.some(([path]) => !PATHS.isAbsolute(path));
    const folder = isRelative ? `${unit.cwd}\0${unit.roots?.key ?? ""}` : "";
    let folders = this.#live.get(stored.found);
    if (folders === undefined) this.#live.set(stored.found, folders = new Map());
    let inputs = folders.get(folder);
    if (inputs === undefined) {
      inputs = {
        ids: Int32Array.from(
          stored.found,
          ([path]) => this.#view.track(this.#resolve(unit, path)),
        ),
        contents: stored.found.map(([, content]) => content),
        validAsOf: -1,
      };
      folders.set(folder, inputs);
    }
    return { stored, inputs, namesAsOf: -1 };
  }
}

function hit(unit: Job, ready: ReadyResult): Answer {
  if (unit.roots === undefined) return { kind: "hit", ready };
  return { kind: "hit", ...toLocalResult(ready, unit.roots, unit.tool.family === "gcc" ? "gcc" : "clang") };
}
