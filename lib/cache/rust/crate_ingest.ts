import {
  type Digest,
  digestBytes,
  digestText,
  err,
  isDigest,
  MADE_ANEW,
  NEW_TEXT,
  ok,
  type Result,
} from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import type { PathAndContent, Store } from "../../store/mod.ts";
import { type DepInfo, parseDepInfo, type Unshared } from "../../tools/mod.ts";
import { aloneContext, shareProduced } from "../checkouts/common_result.ts";
import { readLeft } from "../files_of_run.ts";
import { type Filed, type Finished, type NotKept, unfinished } from "../ingest.ts";
import { lateOutputsOf, OVERWRITTEN } from "../late_copy.ts";
import type { Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { readTrackedText } from "../text_reader.ts";
import { assembling } from "./assembling.ts";
import { ASSEMBLER, type CrateGraph, cratesOf, dependenciesOf, type Dependency } from "./crate_graph.ts";
import type { CratesInWork } from "./crates_in_work.ts";
import { type CrateStates, crateStates } from "./crate_states.ts";
import { alternativesOf, metadataPlaces } from "./crate_places.ts";
import { Witness } from "../witness.ts";
import type { CrateUnit } from "./crate_unit.ts";
import { pathVariable } from "./path_variables.ts";

/** The compile of a crate that was begun. */
export interface CrateRun {
  readonly kind: "crate";
  readonly unit: CrateUnit;
  readonly context: Digest;
  /** Its folder below the root's `tmp/`: copies of the outputs by index. */
  readonly folder: string;
  readonly crates: CrateStates;
  readonly witness: Witness;
}

/** Roles of files that other crates are compiled against. */
const isCrate = (role: string) => ["metadata", "rlib", "proc-macro", "dylib"].includes(role);

/** Takes in what a compile of a crate produced, if every input is known and none changed meanwhile. */
export class CrateIngest {
  readonly #view: FileView;
  readonly #store: Store;
  readonly #paths: Paths;
  readonly #graph: CrateGraph;
  readonly #inWork: CratesInWork;

  constructor(
    parts: { view: FileView; store: Store; paths: Paths; graph: CrateGraph; inWork: CratesInWork },
  ) {
    this.#view = parts.view;
    this.#store = parts.store;
    this.#paths = parts.paths;
    this.#graph = parts.graph;
    this.#inWork = parts.inWork;
  }

  /** Begins a run that `folder` is for: from now on, changes to what the compiler may read are seen. */
  begin(unit: CrateUnit, folder: string): CrateRun {
    for (const watched of unit.watched(this.#view, this.#paths)) this.#view.watchFolder(watched);
    const context = unit.context(this.#view);
    const made = unit.plan.outputs.filter(({ role }) => isCrate(role));
    const paths = made.map(({ path }) => this.#paths.resolve(unit.cwd, path));
    this.#inWork.begin(folder, paths, dependenciesOf(unit.crates(this.#view)));
    const folders = unit.plan.searched.map(({ path }) => this.#paths.resolve(unit.cwd, path));
    const crates = crateStates(this.#view, this.#graph, { crates: unit.crates(this.#view), folders });
    return { kind: "crate", unit, context, folder, crates, witness: new Witness(this.#view) };
  }

  /** Files the result. The run's folder is left to the caller. */
  async keep(run: CrateRun, finished: Finished): Promise<Result<Filed, NotKept>> {
    const { unit } = run;
    const refused = unfinished(unit.plan.outputs, finished);
    if (refused !== undefined) return err(refused);
    this.#view.barrier();
    if (!unit.isCurrent(this.#view)) {
      return err({ reason: unit.mayRunMacros ? "unknown-crate" : "toolchain-changed" });
    }
    const own = this.#ownUnchanged(run);
    if (own !== undefined) return err(own);
    const info = readDepInfo(run);
    if (info === undefined) return err({ reason: "no-dependencies" });
    const sources = this.#sources(run, info);
    if (!sources.ok) return sources;
    const assembles = assembling(this.#view, sources.value.files.map(({ path, content }) => [path, content]));
    if (assembles !== undefined) {
      if (await lateOutputsOf(finished) === undefined) return err(OVERWRITTEN);
      this.#learn(run, leftBy(run), [ASSEMBLER]);
      return err({ reason: "assembler-include", detail: assembles });
    }
    const crates = this.#cratesBelow(run);
    if (!crates.ok) return crates;
    const alternatives = alternativesOf(this.#view, sources.value.files);
    const young = alternatives.find((path) => !this.#unchanged(run, this.#view.track(path)));
    if (young !== undefined) return err({ reason: "input-changed-during-run", detail: young });
    const { roots } = unit;
    const others = alternatives.map((path) => roots?.toCommon(path) ?? path);
    const passedOver = [...[...info.variables.keys()].map((name) => unit.variable(name)), ...others].sort();
    const namesAsOf = this.#view.namesGeneration;
    const found = [...sources.value.spelled, ...crates.value];
    const readText = (path: string) => readTrackedText(this.#view, this.#paths.resolve(unit.cwd, path));
    const alone = roots && pathVariable({ info, roots, readText });
    const belied = run.witness.belied();
    if (belied !== undefined) return err({ reason: "input-changed-during-run", detail: belied });
    const filed = await this.#file(run, finished, { found, passedOver, alone });
    return filed.ok ? ok({ ...filed.value, namesAsOf }) : filed;
  }

  #ownUnchanged(run: CrateRun): NotKept | undefined {
    const { unit } = run;
    const needed = unit.plan.inputs.length;
    const optional = needed + unit.plan.optionalInputs.length;
    for (const [i, id] of unit.own.entries()) {
      const state = this.#view.state(id);
      const detail = this.#view.pathOf(id);
      const mayMiss = i >= needed && i < optional;
      if (!isDigest(state) && !(mayMiss && state === "absent")) return { reason: "input-missing", detail };
      if (state !== unit.ownStates[i] || !this.#unchanged(run, id)) {
        return { reason: "input-changed-during-run", detail };
      }
    }
    return undefined;
  }

  /** The files that the dep-info names, each one known to be what the compiler read. */
  #sources(
    run: CrateRun,
    info: DepInfo,
  ): Result<{ files: FoundFile[]; spelled: [string, string][] }, NotKept> {
    const { unit } = run;
    const files: FoundFile[] = [];
    const spelled: [string, string][] = [];
    const own = new Set(unit.own.subarray(0, unit.plan.inputs.length));
    const seen = new Set<FileId>();
    for (const path of info.files) {
      const absolute = this.#paths.resolve(unit.cwd, path);
      const id = this.#view.track(absolute);
      if (seen.has(id)) continue;
      seen.add(id);
      const state = this.#view.state(id);
      if (!isDigest(state)) return err({ reason: "input-missing", detail: path });
      if (!this.#unchanged(run, id)) return err({ reason: "input-changed-during-run", detail: path });
      files.push({ path: absolute, content: state });
      if (!own.has(id)) spelled.push([path === absolute ? this.#inEntry(unit, id) : path, state]);
    }
    return ok({ files, spelled });
  }

  /** The crates that the compiler found by searching: what is and what isn't there, for each place it would take one from. */
  #cratesBelow(run: CrateRun): Result<[string, string][], NotKept> {
    const { unit } = run;
    const below = this.#graph.below(unit.crates(this.#view));
    if (below === undefined) {
      unit.losesCrates();
      return err({ reason: "unknown-crate" });
    }
    const found: [string, string][] = [];
    const folders = unit.plan.searched.map(({ path }) => this.#paths.resolve(unit.cwd, path));
    for (
      const places of folders.flatMap((folder) => [...below].map((name) => metadataPlaces(folder, name)))
    ) {
      for (const path of places) {
        const id = this.#view.track(path);
        const state = this.#view.state(id);
        if (state !== "absent" && !isDigest(state)) return err({ reason: "input-not-regular", detail: path });
        if (!this.#unchanged(run, id)) return err({ reason: "input-changed-during-run", detail: path });
        found.push([this.#inEntry(unit, id), state]);
        if (state !== "absent") break;
      }
    }
    return ok(found);
  }

  /** The path of a file as entries have it. */
  #inEntry({ roots }: CrateUnit, id: FileId): string {
    const path = this.#view.pathOf(id);
    return roots?.toCommon(path) ?? path;
  }

  #unchanged(run: CrateRun, id: FileId): boolean {
    const before = run.crates.get(this.#view.pathOf(id));
    if (before !== undefined && before === this.#view.state(id)) return true;
    return run.witness.untouched(id);
  }

  async #file(
    run: CrateRun,
    finished: Finished,
    { alone, ...inputs }: {
      readonly found: readonly PathAndContent[];
      readonly passedOver: readonly string[];
      readonly alone: Unshared | undefined;
    },
  ): Promise<Result<Omit<Filed, "namesAsOf">, NotKept>> {
    const late = await lateOutputsOf(finished);
    if (late === undefined) return err(OVERWRITTEN);
    const { unit, folder } = run;
    const { roots } = unit;
    const files = unit.plan.outputs.map(({ role, writtenInto }, i) => ({
      role,
      mode: writtenInto ? NEW_TEXT : MADE_ANEW | (finished.outputs[i]?.mode ?? 0),
      source: `${folder}/${i}`,
      digest: late.get(i)?.digest,
    }));
    const how = { roots, family: "rustc", folder, wraps: false, inputs: () => [], alone } as const;
    const { exit, toolMs } = finished;
    const { unshared, stdout, stderr, files: kept } = shareProduced(how, { ...finished, files });
    const context = unshared === undefined ? run.context : aloneContext(run.context, roots!);
    const result = digestText([context, ...inputs.found.flat(), ...inputs.passedOver].join("\0"));
    if (!await this.#store.put(result, { exit, stdout, stderr, toolMs }, kept)) {
      return err({ reason: "store-fault" });
    }
    this.#learn(run, cratesOf(this.#store, result, isCrate));
    const entry = this.#store.addEntry(context, { ...inputs, result });
    return entry === undefined ? err({ reason: "store-fault" }) : ok({ entry, unshared });
  }

  /** Notes what those who compile against these must look for. */
  #learn({ folder }: CrateRun, contents: readonly Digest[], more: readonly Dependency[] = []): void {
    const dependencies = this.#inWork.madeFrom(folder);
    if (dependencies === undefined) return;
    for (const content of contents) this.#graph.learn(content, [...dependencies, ...more]);
  }
}

/** The contents of the crates that a run left. */
function leftBy({ unit, folder }: CrateRun): Digest[] {
  return unit.plan.outputs.flatMap(({ role }, i) =>
    isCrate(role) ? digestBytes(Deno.readFileSync(`${folder}/${i}`)) : []
  );
}

function readDepInfo(run: CrateRun): DepInfo | undefined {
  const text = readLeft(`${run.folder}/${run.unit.plan.outputs.findIndex(({ role }) => role === "depfile")}`);
  return text === undefined ? undefined : parseDepInfo(text);
}
