import {
  type Digest,
  digestText,
  err,
  isDigest,
  MADE_ANEW,
  NEW_TEXT,
  ok,
  type Reason,
  type Result,
} from "../core/mod.ts";
import { type ContentFacts, type FileId, type FileView, type Generation, isContent } from "../files/mod.ts";
import type { OfferedFile, PathAndContent, Store, StoredEntry } from "../store/mod.ts";
import { type Output, type Unshared } from "../tools/mod.ts";
import { aloneContext, type Produced, shareProduced } from "./checkouts/common_result.ts";
import { readDependencies } from "./includes/dependencies.ts";
import { USER_DEPFILE } from "./files_of_run.ts";
import { includeChain } from "./includes/include_chain.ts";
import { type LateOutputs, lateOutputsOf, OVERWRITTEN } from "./late_copy.ts";
import type { ListedPaths } from "./includes/listed_paths.ts";
import type { Paths } from "./paths.ts";
import { type FoundFile, pathOfPlace } from "./places.ts";
import { Turn } from "./turn.ts";
import { Twins } from "./includes/twins.ts";
import type { Unit } from "./unit.ts";
import type { Witness } from "./witness.ts";

/** A compile that was begun for a unit. */
export interface CompileRun {
  readonly kind: "compile";
  readonly unit: Unit;
  readonly context: Digest;
  /** Keys under which the result is also filed if the tool said nothing: messages quote comments and definitions. */
  readonly alsoUnder: readonly Digest[];
  /** Its folder below the root's `tmp/`: copies of the outputs by index, and the private depfile. */
  readonly folder: string;
  /** From when the launcher was told to run the tool. */
  readonly witness: Witness;
}

/** What the launcher reported of the run. */
export interface Finished {
  readonly exit: number;
  readonly truncated: boolean;
  readonly toolMs: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly outputs: readonly ({ readonly size: number; readonly mode: number } | undefined)[];
  /** Copies that are still being made, undefined if they can't be; absent if there are none. */
  readonly copied?: Promise<LateOutputs | undefined> | undefined;
  /** Whether its messages were picked from those of other sources by the names of files. */
  readonly picked?: boolean;
}

/** Why a run's result was not kept, and what it's about. */
export interface NotKept {
  readonly reason: Reason;
  readonly detail?: string;
  /** How the file that it's about is included, where that is known. */
  readonly via?: readonly string[];
}

/** Reasons that need not be so the next time. */
export const PASSING: ReadonlySet<Reason> = new Set(["input-changed-during-run", OVERWRITTEN.reason]);

/** An entry that was filed, and when (`namesGeneration`) its searched places were looked at. */
export interface Filed {
  readonly entry: StoredEntry;
  readonly namesAsOf: Generation;
  /** Why the result stays with this checkout, where it was to be shared with others. */
  readonly unshared?: Unshared | undefined;
}

/** Takes in what a tool produced, if every input is known and none changed meanwhile. */
export class Ingest {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;
  readonly #listed: ListedPaths;

  constructor(parts: { view: FileView; store: Store; paths: Paths; listed: ListedPaths }) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#paths = parts.paths;
    this.#listed = parts.listed;
  }

  /** Files the result. The run's folder is left to the caller. */
  async keep(run: CompileRun, finished: Finished): Promise<Result<Filed, NotKept>> {
    const refused = unfinished(run.unit.plan.outputs, finished);
    if (refused !== undefined) return err(refused);
    this.#view.barrier();
    if (!run.unit.isCurrent(this.#view)) return err({ reason: "toolchain-changed" });
    const own = this.#ownUnchanged(run);
    if (own !== undefined) return err(own);
    const found = await this.#found(run, finished);
    if (!found.ok) return found;
    const quoting = this.#quoting(run, finished, found.value.files);
    if (quoting !== undefined) return err({ reason: "line-directive", detail: quoting.path });
    const places = this.#places(run, found.value.files);
    if (!places.ok) return places;
    const twin = this.#twin(run, [...run.unit.ownFiles(this.#view), ...found.value.files]);
    if (twin !== undefined) return err(twin);
    const namesAsOf = this.#view.namesGeneration;
    const belied = run.witness.belied();
    if (belied !== undefined) return err({ reason: "input-changed-during-run", detail: belied });
    const filed = await this.#file(run, finished, { found: found.value.spelled, passedOver: places.value });
    return filed.ok ? ok({ ...filed.value, namesAsOf }) : filed;
  }

  /** Whether the messages of a run may name other files than it read; undefined if what it read isn't known. */
  mayQuoteOthers(run: CompileRun): boolean | undefined {
    const listed = readDependencies(run);
    if (listed === undefined) return undefined;
    const listedAs = this.#listed.of(run.unit);
    return [...run.unit.own, ...listed.map((path) => listedAs(path).id)].some((id) => {
      const state = this.#view.state(id);
      return !isDigest(state) || this.#view.facts(state)?.lineDirective !== false;
    });
  }

  #ownUnchanged(run: CompileRun): NotKept | undefined {
    const { unit } = run;
    for (const [i, path] of unit.plan.inputs.entries()) {
      const id = unit.own[i]!;
      const state = this.#view.state(id);
      if (!isDigest(state)) return notAFile(state, path);
      if (state !== unit.ownStates[i] || !run.witness.untouched(id)) {
        return { reason: "input-changed-during-run", detail: path };
      }
      const refused = factsRefusal(this.#view.facts(state), unit, path);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  /** The files the tool's depfile names, each one known to be what the tool read. */
  async #found(
    run: CompileRun,
    finished: Finished,
  ): Promise<Result<{ files: FoundFile[]; spelled: [string, string][] }, NotKept>> {
    const { unit } = run;
    const listed = readDependencies(run, finished);
    if (listed === undefined) return err({ reason: "no-dependencies" });
    const own = new Set(unit.own);
    const files: FoundFile[] = [];
    const spelled: [string, string][] = [];
    const seen = new Set<FileId>();
    const turn = new Turn(this.#view);
    let listedAs = this.#listed.of(unit);
    for (const path of listed) {
      if (turn.isOver) {
        await turn.pass();
        listedAs = this.#listed.of(unit);
      }
      const { id, kept } = listedAs(path);
      if (seen.has(id) || own.has(id)) continue;
      seen.add(id);
      const state = this.#view.state(id);
      if (!isContent(state)) return err(notAFile(state, path));
      if (!run.witness.untouched(id)) return err({ reason: "input-changed-during-run", detail: path });
      const refused = factsRefusal(this.#view.facts(state), unit, path);
      const absolute = this.#view.pathOf(id);
      if (refused !== undefined) return err(this.#traced(refused, unit, { absolute, files }));
      files.push({ path: absolute, content: state });
      spelled.push([kept, state]);
    }
    return ok({ files, spelled });
  }

  /** A depfile names a header after those that include it, so the files before it lead there. */
  #traced(refused: NotKept, unit: Unit, at: { absolute: string; files: FoundFile[] }): NotKept {
    const via = includeChain(this.#view, at.absolute, {
      sources: unit.ownFiles(this.#view),
      found: at.files,
    });
    return via === undefined ? refused : { ...refused, via };
  }

  /** A file whose line directives make the tool's messages quote others, if there are messages. */
  #quoting(run: CompileRun, finished: Finished, files: readonly FoundFile[]): FoundFile | undefined {
    if (finished.stdout.length + finished.stderr.length === 0 && !finished.picked) return undefined;
    const all = [...run.unit.ownFiles(this.#view), ...files];
    return all.find((file) => this.#view.facts(file.content)?.lineDirective);
  }

  /** Places that were passed over; one that appeared during the run may have been seen by the tool or not. */
  #places(run: CompileRun, files: readonly FoundFile[]): Result<string[], NotKept> {
    const { unit } = run;
    const places = unit.places(this.#view, files, []);
    const young = places.find((place) => !run.witness.untouched(this.#view.track(pathOfPlace(place))));
    if (young !== undefined) return err({ reason: "input-changed-during-run", detail: young });
    const below = `${unit.cwd}/`;
    const kept = (place: string) =>
      place.startsWith(below) ? place.slice(below.length) : unit.roots?.toCommon(place) ?? place;
    return ok(places.map(kept));
  }

  /** A file that the tool passes over, or not, by more than its content. */
  #twin({ unit, witness }: CompileRun, files: readonly FoundFile[]): NotKept | undefined {
    const twins = Twins.among(files, this.#view);
    const pair = twins?.pair();
    if (twins === undefined || pair !== undefined || unit.plan.family !== "gcc") {
      return pair === undefined ? undefined : { reason: "twin-headers", detail: pair };
    }
    for (const path of twins.passedOver(unit.search)) {
      const id = this.#view.track(path);
      const state = this.#view.state(id);
      if (!witness.untouched(id)) {
        return { reason: "input-changed-during-run", detail: path };
      }
      if (isDigest(state) && twins.isCopy(path, state)) return { reason: "twin-headers", detail: path };
    }
    return undefined;
  }

  async #file(
    run: CompileRun,
    finished: Finished,
    inputs: { readonly found: readonly PathAndContent[]; readonly passedOver: readonly string[] },
  ): Promise<Result<Omit<Filed, "namesAsOf">, NotKept>> {
    const late = await lateOutputsOf(finished);
    if (late === undefined) return err(OVERWRITTEN);
    const files = run.unit.plan.outputs.flatMap(
      ({ role, writtenInto = false }, i): OfferedFile[] => {
        const copy = finished.outputs[i];
        if (copy === undefined) return [];
        const mode = writtenInto ? NEW_TEXT : MADE_ANEW | copy.mode;
        return [{ role, mode, source: `${run.folder}/${i}`, digest: late.get(i)?.digest }];
      },
    );
    if (run.unit.plan.discovery.how === "filtered-depfile") {
      files.push({ role: "depfile", mode: NEW_TEXT, source: `${run.folder}/${USER_DEPFILE}` });
    }
    const produced = { stdout: finished.stdout, stderr: finished.stderr, files };
    const { unshared, ...kept } = this.#inCommon(run, produced, inputs.found);
    const context = unshared === undefined ? run.context : aloneContext(run.context, run.unit.roots!);
    const set = digestText(inputs.found.flat().join("\0"));
    const result = digestText([context, set, ...inputs.passedOver].join("\0"));
    const { exit, toolMs } = finished;
    const { stdout, stderr } = kept;
    if (!await this.#store.put(result, { exit, stdout, stderr, toolMs }, kept.files)) {
      return err({ reason: "store-fault" });
    }
    const entry = this.#store.addEntry(context, { ...inputs, result });
    if (entry === undefined) return err({ reason: "store-fault" });
    if (stdout.length + stderr.length === 0 && unshared === undefined) {
      for (const key of run.alsoUnder) this.#store.addEntry(key, entry);
    }
    return ok({ entry, unshared });
  }

  /** What a run produced, as all checkouts have it in common where it's to be shared and can be. */
  #inCommon(
    run: CompileRun,
    produced: Produced,
    found: readonly PathAndContent[],
  ): ReturnType<typeof shareProduced> {
    const { unit, folder } = run;
    const { family, roots, wrapsMessages: wraps = false } = unit.plan;
    const inputs = () => [
      ...unit.ownFiles(this.#view).map(({ path }) => path),
      ...found.map(([path]) => this.#paths.resolve(unit.cwd, roots?.fromCommon(path) ?? path)),
    ];
    return shareProduced({ roots, family, folder, wraps, inputs }, produced);
  }
}

/** Why a run left nothing to keep. */
export function unfinished(outputs: readonly Output[], finished: Finished): NotKept | undefined {
  if (finished.exit < 0) return { reason: "tool-signalled" };
  if (finished.exit !== 0) return { reason: "tool-failed" };
  if (finished.truncated) return { reason: "too-large" };
  if (finished.stdout.length > 0 && finished.stderr.length > 0) return { reason: "mixed-streams" };
  const missing = outputs.find((output, i) => output.required && finished.outputs[i] === undefined);
  return missing === undefined ? undefined : { reason: "output-missing", detail: missing.path };
}

function notAFile(state: string, path: string): NotKept {
  return { reason: state === "absent" ? "input-missing" : "input-not-regular", detail: path };
}

function factsRefusal(facts: ContentFacts | undefined, unit: Unit, path: string): NotKept | undefined {
  if (facts === undefined) return { reason: "input-missing", detail: path };
  if (usesClock(facts, unit)) return { reason: "date-or-time", detail: path };
  if (facts.assemblerInclude) return { reason: "assembler-include", detail: path };
  if (facts.imports && unit.plan.family === "msvc") return { reason: "type-library", detail: path };
  if (facts.computedHasInclude) return { reason: "computed-has-include", detail: path };
  return undefined;
}

/** Whether what the clock or a time stamp says can show: not where the command line defines the macro or fixes the date. */
function usesClock(facts: ContentFacts, unit: Unit): boolean {
  if (facts.comparesTimes) return true;
  if (!facts.usesDate && !facts.usesTime && !facts.usesTimestamp) return false;
  const uses = { __DATE__: facts.usesDate, __TIME__: facts.usesTime, __TIMESTAMP__: facts.usesTimestamp };
  return Object.entries(uses).some(([macro, used]) =>
    used && !unit.plan.definedClockMacros.includes(macro) && !(unit.fixedDate && macro !== "__TIMESTAMP__")
  );
}
