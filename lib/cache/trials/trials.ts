import { type Digest, isDigest } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import type { ReadyResult, Store, StoredEntry } from "../../store/mod.ts";
import { parseDepfile } from "../../tools/mod.ts";
import { readLeft } from "../files_of_run.ts";
import { Credit } from "./credit.ts";
import { Kin, kinKey, ownContext, preprocessedKey } from "./kin.ts";
import type { Lookup } from "../lookup.ts";
import type { ListedPaths } from "../includes/listed_paths.ts";
import { TextFollower } from "./text_follower.ts";
import type { Unit } from "../unit.ts";

/** Share of a compile that preprocessing takes, to judge whether an attempt can be afforded. */
const PREPROCESSING_SHARE = 0.4;

/** An attempt to answer a unit by its preprocessed text. */
export interface Trial {
  readonly unit: Unit;
  /** The unit that differs in definitions only, whose result would be taken. */
  readonly kin: Unit;
  /** Which of the two is being preprocessed. */
  readonly stage: "unit" | "kin";
  /** Digest of the unit's own text, once it's known. */
  readonly text?: string;
  readonly folder: string;
  /** Hashes the text that is being made. */
  readonly follower: TextFollower;
  readonly begunAt: Generation;
  /** What the compile would take, in milliseconds. */
  readonly compileMs: number;
  /** Time spent so far, in milliseconds. */
  readonly spentMs: number;
}

/** What a trial led to. */
export type TrialOutcome =
  | { readonly kind: "hit"; readonly ready: ReadyResult }
  /** The kin's text must be made too. */
  | { readonly kind: "again"; readonly trial: Trial }
  /** Nothing found: compile; the result is filed under `alsoUnder` too. */
  | { readonly kind: "miss"; readonly alsoUnder: Digest | undefined };

/**
 * The second chance of a unit whose definitions changed: if the text that the compiler proper gets is the same as for a
 * known unit, so is the result. Costs a run of the preprocessor (the first time two).
 */
export class Trials {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #listed: ListedPaths;
  readonly #lookup: Lookup;
  readonly #kin = new Kin();
  readonly #credit = new Credit();

  constructor(parts: { view: FileView; store: Store; listed: ListedPaths; lookup: Lookup }) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#listed = parts.listed;
    this.#lookup = parts.lookup;
  }

  /** A compile was filed: it may help a later one, and it earns credit for attempts. */
  filed(unit: Unit): void {
    this.#kin.remember(unit, this.#view);
    this.#credit.earn(unit.cwd);
  }

  /** Whether a missed unit gets a second chance; `folder` takes what it leaves. */
  begin(unit: Unit, folder: string): Trial | undefined {
    const kin = this.#kin.find(unit, this.#view);
    if (kin === undefined) return undefined;
    const known = this.#silentResult(kin);
    if (known === undefined || !this.#credit.affords(unit.cwd, PREPROCESSING_SHARE)) return undefined;
    const compileMs = Math.max(1, known.result.toolMs);
    const follower = new TextFollower(textPath(folder, "unit"));
    const begunAt = this.#view.generation;
    return { unit, kin, stage: "unit", folder, follower, begunAt, compileMs, spentMs: 0 };
  }

  /** What to run for a trial: arguments, and the file that takes the text. */
  command(trial: Trial): { readonly args: readonly string[]; readonly into: string } {
    const { preprocessArgs } = trial.stage === "unit" ? trial.unit.plan : trial.kin.plan;
    const args = [...(preprocessArgs ?? []), "-MD", "-MF", `${trial.folder}/${trial.stage}.d`];
    return { args, into: textPath(trial.folder, trial.stage) };
  }

  /** The preprocessor will not be heard of again. */
  abandon(trial: Trial): void {
    trial.follower[Symbol.dispose]();
  }

  /** The preprocessor ended. The view's barrier is passed here. */
  preprocessed(trial: Trial, ended: { readonly exit: number; readonly wallMs: number }): TrialOutcome {
    const spentMs = trial.spentMs + ended.wallMs;
    const kinship = kinKey(trial.unit, this.#view);
    const text = trial.follower.finish();
    if (ended.exit !== 0 || kinship === undefined || text === undefined) {
      return this.#vain(trial, spentMs, undefined);
    }
    this.#view.barrier();
    const key = preprocessedKey(kinship, text);
    if (trial.stage === "kin") {
      const entry = trial.kin.entry?.stored;
      if (entry !== undefined && this.#silentResult(trial.kin) !== undefined) {
        this.#store.addEntry(key, entry);
      }
      if (text !== trial.text) {
        return this.#vain(
          trial,
          spentMs,
          trial.text === undefined ? undefined : preprocessedKey(kinship, trial.text),
        );
      }
    }
    for (const stored of this.#store.entries(key)) {
      const ready = this.#adopt(trial, stored);
      if (ready === undefined) continue;
      this.#credit.gain(trial.unit.cwd, spentMs / trial.compileMs);
      return { kind: "hit", ready };
    }
    if (trial.stage === "unit" && this.#silentResult(trial.kin) !== undefined) {
      const follower = new TextFollower(textPath(trial.folder, "kin"));
      return { kind: "again", trial: { ...trial, stage: "kin", follower, text, spentMs } };
    }
    return this.#vain(trial, spentMs, key);
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
    if (listed === undefined || !unit.isCurrent(this.#view)) return undefined;
    const listedAs = this.#listed.of(unit);
    const read = new Set(listed.map((path) => listedAs(path).id));
    for (const id of unit.own) read.delete(id);
    const { ids, contents } = this.#lookup.inputs(unit, stored);
    if (new Set(ids).size !== read.size || !ids.every((id) => read.has(id))) return undefined;
    if (this.#view.changedSince(Int32Array.of(...ids, ...unit.own), trial.begunAt)) return undefined;
    if (!ids.every((id, i) => this.#isContent(id, contents[i]))) return undefined;
    this.#store.addEntry(ownContext(unit, this.#view), stored);
    // what the preprocessor has just found needs no search
    const answer = this.#lookup.answerBy(unit, stored);
    return answer.kind === "hit" ? answer.ready : undefined;
  }

  #isContent(id: FileId, content: string | undefined): boolean {
    const state = this.#view.state(id);
    return isDigest(state) && state === content;
  }

  #vain(trial: Trial, spentMs: number, alsoUnder: Digest | undefined): TrialOutcome {
    this.#credit.spend(trial.unit.cwd, spentMs / trial.compileMs);
    return { kind: "miss", alsoUnder };
  }
}

/** Where the text of a stage goes. */
function textPath(folder: string, stage: Trial["stage"]): string {
  return `${folder}/${stage}.i`;
}

function readList(path: string): readonly string[] | undefined {
  const text = readLeft(path);
  return text === undefined ? undefined : parseDepfile(text)?.prerequisites;
}
