import { type Digest, isDigest } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import type { ReadyResult, Store, StoredEntry } from "../../store/mod.ts";
import { parseDepfile } from "../../tools/mod.ts";
import { readLeft } from "../files_of_run.ts";
import { ByNames } from "./by_names.ts";
import { Credit } from "./credit.ts";
import { Kin, kinKey, ownContext, preprocessedKey } from "./kin.ts";
import type { Lookup } from "../lookup.ts";
import type { ListedPaths } from "../includes/listed_paths.ts";
import { TextFollower } from "./text_follower.ts";
import type { Unit } from "../unit.ts";

/** Shares of a compile that preprocessing and a look for names take, to judge whether an attempt can be afforded. */
const PREPROCESSING_SHARE = 0.4;
const NAMES_SHARE = 0.05;

/** An attempt to answer a unit by another's result. */
export interface Trial {
  readonly unit: Unit;
  /** The unit that differs in definitions only, whose result would be taken. */
  readonly kin: Unit;
  /** What is being printed: the macros that are the compiler's own, or which of the two is preprocessed. */
  readonly stage: "macros" | "unit" | "kin";
  /** Digest of the unit's own text, once it's known. */
  readonly text?: string;
  readonly folder: string;
  /** Hashes the text that is being made. */
  readonly follower?: TextFollower;
  readonly begunAt: Generation;
  /** What the compile would take, in milliseconds. */
  readonly compileMs: number;
  /** Time spent so far, in milliseconds. */
  readonly spentMs: number;
}

/** How a second chance begins: it may be over at once. */
export type Begun = { readonly kind: "hit"; readonly ready: ReadyResult } | Again;

/** What a trial led to. */
export type TrialOutcome =
  | Begun
  /** Nothing found: compile; the result is filed under `alsoUnder` too. */
  | { readonly kind: "miss"; readonly alsoUnder: Digest | undefined };

/** Something is to be run. */
interface Again {
  readonly kind: "again";
  readonly trial: Trial;
}

/**
 * The second chance of a unit whose definitions changed: if the text that the compiler proper gets is the same as for a
 * known unit, so is the result. That is known at once where the compiler never comes by the names (see `ByNames`); else
 * it costs a run of the preprocessor, the first time two.
 */
export class Trials {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #listed: ListedPaths;
  readonly #lookup: Lookup;
  readonly #byNames: ByNames;
  readonly #kin = new Kin();
  readonly #credit = new Credit();

  constructor(parts: { view: FileView; store: Store; listed: ListedPaths; lookup: Lookup }) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#listed = parts.listed;
    this.#lookup = parts.lookup;
    this.#byNames = new ByNames(parts);
  }

  /** A compile was filed: it may help a later one, and it earns credit for attempts. */
  filed(unit: Unit): void {
    this.#kin.remember(unit, this.#view);
    this.#credit.earn(unit.cwd);
  }

  /**
   * Whether a missed unit gets a second chance; `folder` takes what it leaves. Others may have had their turns when this
   * resolves: if there is none, the unit is as much a miss as it was.
   */
  async begin(unit: Unit, folder: string): Promise<Begun | undefined> {
    const kin = this.#kin.find(unit, this.#view);
    if (kin === undefined || !this.#credit.affords(unit.cwd, NAMES_SHARE)) return undefined;
    const known = this.#silentResult(kin);
    if (known === undefined || kin.entry === undefined) return undefined;
    const begunAt = this.#view.generation;
    const compileMs = Math.max(1, known.result.toolMs);
    return await this.#byNamesOr({ unit, kin, stage: "macros", folder, begunAt, compileMs, spentMs: 0 });
  }

  /** What to run for a trial: arguments, and the file that takes the text. */
  command({ stage, unit, kin, folder }: Trial): { readonly args: readonly string[]; readonly into: string } {
    const into = textPath(folder, stage);
    if (stage === "macros") return { args: unit.plan.definitions?.macrosArgs ?? [], into };
    const { preprocessArgs } = stage === "unit" ? unit.plan : kin.plan;
    return { args: [...(preprocessArgs ?? []), "-MD", "-MF", `${folder}/${stage}.d`], into };
  }

  /** What was begun will not be heard of again. */
  abandon(trial: Trial): void {
    trial.follower?.[Symbol.dispose]();
  }

  /** What was run has ended. The view's barrier is passed here. */
  async ran(
    trial: Trial,
    ended: { readonly exit: number; readonly wallMs: number },
  ): Promise<TrialOutcome> {
    if (trial.stage !== "macros") {
      return this.#preprocessed({ ...trial, spentMs: trial.spentMs + ended.wallMs }, ended.exit);
    }
    this.#view.barrier();
    const { unit, folder, begunAt } = trial;
    // what was printed is of the tool and the files as they were then
    if (!unit.isCurrent(this.#view) || this.#view.changedSince(unit.own, begunAt)) {
      return this.#vain(trial, undefined);
    }
    this.#byNames.learn(unit, ended.exit === 0 ? readLeft(textPath(folder, "macros")) : undefined);
    // what all commands of this kind have learnt is not at this one's expense
    return await this.#byNamesOr(trial) ?? { kind: "miss", alsoUnder: undefined };
  }

  /** Answers a trial by what is known of names, else says what to run, if that can be afforded. */
  async #byNamesOr(trial: Trial): Promise<Begun | undefined> {
    const { unit, kin, folder, compileMs } = trial;
    const began = performance.now();
    if (kin.entry !== undefined) await this.#byNames.look(unit, kin, kin.entry.stored);
    // others may have had their turns; this also brings the kin's entry up to date
    const stored = this.#silentResult(kin) && kin.entry?.stored;
    if (stored === undefined || !unit.isCurrent(this.#view) || mayTakeOthers(unit, stored)) return undefined;
    const verdict = this.#byNames.verdict(unit, kin, stored);
    const spentMs = trial.spentMs + performance.now() - began;
    const ready = verdict === "nothing" ? this.#take(unit, stored) : undefined;
    if (ready !== undefined) return this.#won({ ...trial, spentMs }, ready);
    const share = verdict === "ask" ? NAMES_SHARE : PREPROCESSING_SHARE;
    if (!this.#credit.affords(unit.cwd, share + spentMs / compileMs)) {
      this.#credit.spend(unit.cwd, spentMs / compileMs);
      return undefined;
    }
    if (verdict === "ask") return { kind: "again", trial: { ...trial, spentMs } };
    const follower = new TextFollower(textPath(folder, "unit"));
    return { kind: "again", trial: { ...trial, stage: "unit", follower, spentMs } };
  }

  #preprocessed(trial: Trial, exit: number): TrialOutcome {
    const { unit, kin, stage } = trial;
    const kinship = kinKey(unit, this.#view);
    const text = trial.follower?.finish();
    if (exit !== 0 || kinship === undefined || text === undefined) return this.#vain(trial, undefined);
    this.#view.barrier();
    const key = preprocessedKey(kinship, text);
    if (stage === "kin") {
      const entry = kin.entry?.stored;
      if (entry !== undefined && this.#silentResult(kin) !== undefined) this.#store.addEntry(key, entry);
      if (text !== trial.text) {
        return this.#vain(trial, trial.text === undefined ? undefined : preprocessedKey(kinship, trial.text));
      }
    }
    for (const stored of this.#store.entries(key)) {
      const ready = this.#adopt(trial, stored);
      if (ready !== undefined) return this.#won(trial, ready);
    }
    if (stage === "unit" && this.#silentResult(kin) !== undefined) {
      const follower = new TextFollower(textPath(trial.folder, "kin"));
      return { kind: "again", trial: { ...trial, stage: "kin", follower, text } };
    }
    return this.#vain(trial, key);
  }

  /** The result of a unit whose compile said nothing: messages could quote the definitions. */
  #silentResult(unit: Unit): ReadyResult | undefined {
    if (!unit.isCurrent(this.#view)) return undefined;
    const answer = this.#lookup.answer(unit);
    if (answer.kind === "miss") return undefined;
    const { stdout, stderr } = answer.ready.result;
    return stdout.length + stderr.length === 0 ? answer.ready : undefined;
  }

  /** Takes an entry for the trial's unit, if that read the same files and none changed since the trial began. */
  #adopt(trial: Trial, stored: StoredEntry): ReadyResult | undefined {
    const { unit } = trial;
    const listed = readList(`${trial.folder}/unit.d`);
    if (listed === undefined || !unit.isCurrent(this.#view) || mayTakeOthers(unit, stored)) return undefined;
    const listedAs = this.#listed.of(unit);
    const read = new Set(listed.map((path) => listedAs(path).id));
    for (const id of unit.own) read.delete(id);
    const { ids, contents } = this.#lookup.inputs(unit, stored);
    if (new Set(ids).size !== read.size || !ids.every((id) => read.has(id))) return undefined;
    if (this.#view.changedSince(Int32Array.of(...ids, ...unit.own), trial.begunAt)) return undefined;
    if (!ids.every((id, i) => this.#isContent(id, contents[i]))) return undefined;
    return this.#take(unit, stored);
  }

  /** Files an entry for a unit and gives its result. */
  #take(unit: Unit, stored: StoredEntry): ReadyResult | undefined {
    this.#store.addEntry(ownContext(unit, this.#view), stored);
    // what this rests on was just looked at: no search
    const answer = this.#lookup.answerBy(unit, stored);
    return answer.kind === "hit" ? answer.ready : undefined;
  }

  #isContent(id: FileId, content: string | undefined): boolean {
    const state = this.#view.state(id);
    return isDigest(state) && state === content;
  }

  #won({ unit, spentMs, compileMs }: Trial, ready: ReadyResult): Begun {
    this.#credit.gain(unit.cwd, spentMs / compileMs);
    return { kind: "hit", ready };
  }

  #vain({ unit, spentMs, compileMs }: Trial, alsoUnder: Digest | undefined): TrialOutcome {
    this.#credit.spend(unit.cwd, spentMs / compileMs);
    return { kind: "miss", alsoUnder };
  }
}

/** Whether a precompiled header was passed over: by the macros that are defined it's taken or not, but never by -E. */
function mayTakeOthers({ search }: Unit, { passedOver }: StoredEntry): boolean {
  return search.suffixes.some((suffix) => passedOver.some((place) => place.includes(suffix)));
}

/** Where the text of a stage goes. */
function textPath(folder: string, stage: Trial["stage"]): string {
  return `${folder}/${stage}.i`;
}

function readList(path: string): readonly string[] | undefined {
  const text = readLeft(path);
  return text === undefined ? undefined : parseDepfile(text)?.prerequisites;
}
