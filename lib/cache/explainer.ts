import { type Difference, type Digest, type Explanation, explanation, isDigest } from "../core/mod.ts";
import type { FileState, FileView } from "../files/mod.ts";
import type { Store, StoredCall, StoredEntry } from "../store/mod.ts";
import { compareFacts } from "./compare_facts.ts";
import { includeChain } from "./includes/include_chain.ts";
import { comparePrograms } from "./toolchain/kept_toolchain.ts";
import type { Inputs } from "./inputs.ts";
import type { Job } from "./job.ts";
import type { Lookup } from "./lookup.ts";
import { nameOf } from "./paths.ts";
import { type FoundFile, pathOfPlace } from "./places.ts";

/** How many entries are compared with what is there now, the most recent first. */
const COMPARED_ENTRIES = 4;
/** How many changed files are traced back to the source. */
const TRACED = 3;
/** As much of a digest as tells two contents apart for people. */
const SHORT_DIGEST = 12;

/** An entry that is compared with what is there now. */
interface Compared {
  readonly stored: StoredEntry;
  readonly inputs: Inputs;
}

/** What is noted of a run. */
interface FiledRun {
  readonly unit: Job;
  readonly context: Digest;
  /** The unit's own files as the run found them, where they may be others by now. */
  readonly own?: readonly FoundFile[];
}

/** Says why a unit missed, by the nearest earlier compile of the same source. Never asked on a hit. */
export class Explainer {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #lookup: Lookup;
  readonly #now: () => number;

  constructor(parts: { view: FileView; store: Store; lookup: Lookup; now: () => number }) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#lookup = parts.lookup;
    this.#now = parts.now;
  }

  /** Why there was no hit for a unit; asked right after the look-up, before anything is filed for it. */
  explain(unit: Job): Explanation {
    const entries = this.#store.entries(unit.context(this.#view));
    const calls = this.#store.calls(unit.subject(this.#view));
    const same = calls.find((call) => call.base === unit.base);
    if (entries.length > 0) return this.#amongEntries(unit, entries, same?.atMs);
    if (same !== undefined) return this.#sameCommand(unit, same);
    return this.#otherCommand(unit, calls);
  }

  /** Notes a run that was filed, for those that come later. */
  filed({ unit, context, own = unit.ownFiles(this.#view) }: FiledRun): void {
    this.#store.noteCall(unit.subject(this.#view), {
      base: unit.base,
      context,
      toolchain: unit.programs,
      own: own.map(({ path, content }) => [path, content] as const),
      facts: unit.facts.take(),
      atMs: Math.floor(this.#now()),
    });
  }

  /** The command is known with these very sources: some header, place or result is not what it was. */
  #amongEntries(unit: Job, entries: readonly StoredEntry[], sinceMs: number | undefined): Explanation {
    const { differences, ...nearest } = this.#nearest(unit, entries);
    if (differences.length > 0) return explanation("input-changed", differences, { sinceMs });
    const places = this.#placeDifferences(unit, nearest);
    if (places.length > 0) return explanation("input-shadowed", places, { sinceMs });
    const detail = this.#store.wasDamaged(nearest.stored.result) ? "damaged" : "evicted";
    return explanation("result-gone", [], { detail, sinceMs });
  }

  /** The command is known, with another source. */
  #sameCommand(unit: Job, call: StoredCall): Explanation {
    const before = new Map(call.own);
    const own = unit.ownFiles(this.#view).flatMap(({ path, content }) =>
      before.get(path) === content ? [] : [this.#fileDifference(path, before.get(path), content)]
    );
    const entries = this.#store.entries(call.context);
    const found = entries.length === 0 ? [] : this.#nearest(unit, entries).differences;
    const differences = [...own, ...found];
    const { atMs: sinceMs } = call;
    if (differences.length > 0) return explanation("input-changed", differences, { sinceMs });
    return explanation("result-gone", [], { detail: "evicted", sinceMs });
  }

  /** The source is known from other commands, or not at all. */
  #otherCommand(unit: Job, calls: readonly StoredCall[]): Explanation {
    const facts = unit.facts.known;
    if (facts === undefined) return explanation("first-seen");
    let nearest: { call: StoredCall; facts: Difference[]; programs: Difference[] } | undefined;
    for (const call of calls) {
      const found = {
        call,
        facts: compareFacts(call.facts ?? [], facts),
        programs: this.#programDifferences(call.toolchain, unit.programs),
      };
      const weight = (of: typeof found) => of.facts.length + Math.min(1, of.programs.length);
      if (nearest === undefined || weight(found) < weight(nearest)) nearest = found;
    }
    if (nearest === undefined) return explanation("first-seen");
    const reason = nearest.facts.length > 0 ? "command-changed" : "tool-changed";
    return explanation(reason, [...nearest.facts, ...nearest.programs], { sinceMs: nearest.call.atMs });
  }

  #programDifferences(was: Digest, now: Digest): Difference[] {
    return was === now ? [] : comparePrograms(this.#store, was, now);
  }

  /** The entry in which the fewest files differ from what is there now. */
  #nearest(unit: Job, entries: readonly StoredEntry[]): Compared & { readonly differences: Difference[] } {
    let nearest: Compared & { readonly changed: number[] } | undefined;
    for (const stored of entries.slice(0, COMPARED_ENTRIES)) {
      const inputs = this.#lookup.inputs(unit, stored);
      const { ids, contents } = inputs;
      const changed = [...ids.keys()].filter((i) => this.#view.state(ids[i]!) !== contents[i]);
      if (nearest === undefined || changed.length < nearest.changed.length) {
        nearest = { stored, inputs, changed };
      }
    }
    const { stored, inputs, changed } = nearest!;
    return { stored, inputs, differences: this.#headerDifferences(unit, inputs, changed) };
  }

  #headerDifferences(unit: Job, { ids, contents }: Inputs, changed: readonly number[]): Difference[] {
    if (changed.length === 0) return [];
    const found: FoundFile[] = Array.from(
      ids,
      (id) => ({ path: this.#view.pathOf(id), content: this.#view.state(id) as Digest }),
    );
    const sources = unit.ownFiles(this.#view);
    return changed.map((index, order) => {
      const { path, content } = found[index]!;
      const difference = this.#fileDifference(path, contents[index], content);
      const via = order < TRACED ? includeChain(this.#view, path, { sources, found }) : undefined;
      return via === undefined ? difference : { ...difference, via };
    });
  }

  #fileDifference(path: string, was: string | undefined, now: FileState): Difference {
    const id = this.#view.track(path);
    const stat = isDigest(now) ? this.#view.stat(id) : undefined;
    return {
      kind: "file",
      name: path,
      ...(was === undefined || was === "absent" ? {} : { was: short(was) }),
      ...(now === "absent" ? {} : { now: short(now) }),
      ...(stat === undefined ? {} : { atMs: Number(stat.mtimeNs / 1_000_000n) }),
    };
  }

  /** Names that are found where they weren't, or no more where they were. */
  #placeDifferences(unit: Job, { stored, inputs }: Compared): Difference[] {
    const { now, was } = this.#lookup.places(unit, stored, inputs);
    const [before, after] = [new Set(was), new Set(now)];
    const come = new Set(now.filter((place) => !before.has(place)).map(pathOfPlace));
    const gone = new Set(was.filter((place) => !after.has(place)).map(pathOfPlace));
    const taken = Array.from(inputs.ids, (id) => this.#view.pathOf(id));
    return [...new Set([...come, ...gone])].map((name): Difference => {
      const hides = come.has(name) && !gone.has(name)
        ? taken.find((other) => nameOf(other) === nameOf(name) && other !== name)
        : undefined;
      return {
        kind: "place",
        name,
        ...(gone.has(name) ? { was: "there" } : {}),
        ...(come.has(name) ? { now: "there" } : {}),
        ...(hides === undefined ? {} : { hides }),
      };
    });
  }
}

function short(state: string): string {
  return isDigest(state) ? state.slice(0, SHORT_DIGEST) : state;
}
