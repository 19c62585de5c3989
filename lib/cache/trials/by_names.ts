import { type Digest, KeyRecipe, LruMap } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { StoredEntry } from "../../store/mod.ts";
import { DEFINE } from "../../tools/mod.ts";
import type { Lookup } from "../lookup.ts";
import type { Unit } from "../unit.ts";
import { changedNames } from "./changed_names.ts";
import { NameSearch, type Wanted } from "./name_search.ts";

/** For how many kinds of commands the compiler's own macros are known: some 15 KB each. */
const MOST_KINDS = 64;

interface Question extends Wanted {
  /** The compiler's own macros, once they are known. */
  readonly macros: string | undefined;
}

/** What the definitions that differ mean for a unit; `ask` = the compiler's own macros must be known first. */
export type Verdict = "nothing" | "perhaps" | "ask";

/**
 * Parts of a key by which commands with the same macros of the compiler's own can differ. The folder is one: what options
 * name in it is known by its content.
 */
const OF_THE_UNIT: ReadonlySet<string> = new Set([
  DEFINE,
  "folder",
  "pwd",
  "source",
  "output",
  "depfile",
  "depfile-target",
  "depfile-output",
]);

/**
 * Tells where a changed definition can't matter, without running anything: where the compiler never comes by the name.
 * Until it does, it reads the same text and does the same with it, whatever the name is defined to be.
 */
export class ByNames {
  readonly #view: FileView;
  readonly #lookup: Lookup;
  readonly #search: NameSearch;
  /** The compiler's own macros as `#define` lines; empty where it wouldn't say. */
  readonly #macros = new LruMap<Digest, string>({ limit: MOST_KINDS, weigh: () => 1 });

  constructor(parts: { view: FileView; lookup: Lookup }) {
    this.#view = parts.view;
    this.#lookup = parts.lookup;
    this.#search = new NameSearch(parts.view);
  }

  /** Looks into what is not known yet of a question, with turns for others, so that its verdict comes at once. */
  async look(unit: Unit, kin: Unit, stored: StoredEntry): Promise<void> {
    const question = this.#question(unit, kin, stored);
    if (question !== undefined) await this.#search.look(question);
  }

  /** Whether a unit may differ from one with other definitions, of which `stored` is a result that holds now. */
  verdict(unit: Unit, kin: Unit, stored: StoredEntry): Verdict {
    const question = this.#question(unit, kin, stored);
    if (question === undefined || this.#search.mayOccur(question)) return "perhaps";
    return question.macros === undefined ? "ask" : "nothing";
  }

  /** Takes in what the compiler printed of its own macros, if it did. */
  learn(unit: Unit, printed = ""): void {
    const key = this.#macrosKey(unit);
    const isClear = printed.split("\n").every((line) => line === "" || line.startsWith("#define "));
    if (key !== undefined) this.#macros.set(key, isClear ? printed : "");
  }

  /** Which names to look for, and where; undefined if that wouldn't tell. */
  #question(unit: Unit, kin: Unit, stored: StoredEntry): Question | undefined {
    const [then, now] = [kin.plan.definitions, unit.plan.definitions];
    const key = this.#macrosKey(unit);
    if (then === undefined || now === undefined || key === undefined) return undefined;
    const changed = changedNames(then.words, now.words);
    const macros = this.#macros.get(key);
    if (changed === undefined || macros === "") return undefined;
    const sources = [...unit.own, ...this.#lookup.inputs(unit, stored).ids];
    const paths = sources.map((id) => this.#view.pathOf(id));
    const texts = [changed.others, unit.plan.source, ...paths, macros ?? ""];
    return { names: changed.names, sources, texts, macros };
  }

  /** The key of all that decides which macros are there without a unit's own definitions. */
  #macrosKey(unit: Unit): Digest | undefined {
    const facts = unit.facts.known;
    if (facts === undefined) return undefined;
    const recipe = new KeyRecipe().add("toolchain", unit.programs);
    for (const [label, value] of facts) if (!OF_THE_UNIT.has(label)) recipe.add(label, value);
    unit.context(this.#view);
    for (const state of unit.ownStates.slice(1)) recipe.add("own", state);
    return recipe.digest();
  }
}
