import { type Digest, isDigest, KeyRecipe, type PathMap } from "../../core/mod.ts";
import type { FileState, FileView } from "../../files/mod.ts";
import { type Call, clippyConfigurations, type CratePlan, type Unshared } from "../../tools/mod.ts";
import type { Command, Job } from "../job.ts";
import { KeyFacts } from "../key_facts.ts";
import type { Located } from "../toolchain/locate.ts";
import { folderOf, type Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { OwnFiles } from "../own_files.ts";
import { leadsTo, type Premises } from "../premises.ts";
import type { LiveEntry } from "../unit.ts";
import { ASSEMBLER, type CrateFile, type CrateGraph } from "./crate_graph.ts";
import { fleetingOf } from "./fleeting.ts";
import { type IncrementalPlace, incrementalPlace } from "./incremental_data.ts";
import { alternativesOf, isVariable, variableLine, variableOf } from "./crate_places.ts";
import type { RustToolchain } from "./rust_toolchain.ts";

/** What a crate unit is made of. */
export interface CrateParts {
  readonly call: Call;
  readonly plan: CratePlan;
  readonly tool: Located;
  readonly toolchain: RustToolchain;
  /** The tool's place and the texts the parser read, as they were when it read them. */
  readonly parsedFrom: Premises;
  readonly graph: CrateGraph;
  readonly view: FileView;
  readonly paths: Paths;
  readonly hostCpu: string;
}

/** A call that compiles one crate, all of whose inputs can be known. */
export class CrateUnit implements Job {
  readonly work = "compilations";
  readonly cwd: string;
  readonly plan: Omit<CratePlan, "recipe" | "parsedFrom">;
  readonly tool: Located;
  readonly source: string;
  readonly output: string | undefined;
  readonly base: Digest;
  readonly facts: KeyFacts;
  entry: LiveEntry | undefined;
  readonly roots: PathMap | undefined;
  readonly unshared: Unshared | undefined;
  readonly incremental: IncrementalPlace | undefined;
  readonly #env: Call["env"];
  readonly #toolchain: RustToolchain;
  readonly #parsedFrom: Premises;
  readonly #graph: CrateGraph;
  /** Files named by the call: those that must be there, those that may, then the crates. */
  readonly #own: OwnFiles;
  #macros = false;
  #assemblingAsOf = -1;

  constructor(parts: CrateParts) {
    const { call, plan, view, paths } = parts;
    const { recipe, parsedFrom: _parsedFrom, ...remembered } = plan;
    const resolve = (path: string) => paths.resolve(call.cwd, path);
    const start = plan.configuredFrom === undefined ? undefined : resolve(plan.configuredFrom);
    const configurations = start === undefined ? [] : clippyConfigurations(leadsTo(view, start) ?? start);
    this.cwd = call.cwd;
    this.plan = { ...remembered, optionalInputs: [...plan.optionalInputs, ...configurations] };
    this.tool = parts.tool;
    this.source = plan.source;
    this.output = plan.outputs.at(-1)?.path;
    this.#env = call.env;
    this.#toolchain = parts.toolchain;
    this.#parsedFrom = parts.parsedFrom;
    this.#graph = parts.graph;
    const key = new KeyRecipe().add("toolchain", parts.toolchain.identity);
    key.add("cpu", plan.hostCpu ? parts.hostCpu : "");
    this.roots = plan.roots;
    this.unshared = plan.unshared;
    this.incremental = incrementalPlace(plan, resolve, parts.toolchain.identity);
    if (plan.roots !== undefined) key.add("shared between checkouts", "");
    const facts = recipe.facts.map(([label, value]) =>
      [label, plan.roots?.wordInKey(value) ?? value] as const
    );
    for (const [label, value] of facts) key.add(label, value);
    this.base = key.digest();
    this.facts = new KeyFacts(facts);
    const own = [
      ...plan.inputs,
      ...this.plan.optionalInputs,
      ...plan.externs.flatMap(({ path }) => path ?? []),
    ];
    this.#own = new OwnFiles(view, this.base, own.map((path) => view.track(resolve(path))));
    this.#macros = this.#findsMacros(view);
  }

  get programs(): Digest {
    return this.#toolchain.identity;
  }

  /** The crate's root: as what stands there, one crate is compiled by several commands. */
  subject(view: FileView): string {
    return view.pathOf(this.own[0]!);
  }

  ownFiles(view: FileView): FoundFile[] {
    return this.#own.found(view);
  }

  get fleeting(): ReturnType<typeof fleetingOf> {
    return fleetingOf(this.plan, this.#env);
  }

  get own(): Int32Array {
    return this.#own.ids;
  }

  get ownStates(): readonly FileState[] {
    return this.#own.states;
  }

  /** Whether a macro's program may run, as of the last `context`: it may read any file and ask for any variable. So may the assembler. */
  get mayRunMacros(): boolean {
    return this.#macros;
  }

  /** What a crate that it is compiled against depends on turned out not to be known any more: such a call is to be planned anew. */
  losesCrates(): void {
    this.#macros = true;
  }

  isCurrent(view: FileView): boolean {
    if (this.#assemblingAsOf !== this.#graph.assembling) this.#macros ||= this.#findsMacros(view);
    if (this.#macros) return false;
    return this.#toolchain.premises.hold(view) && this.#parsedFrom.hold(view);
  }

  context(view: FileView): Digest {
    if (this.#own.refresh(view)) {
      this.entry = undefined;
      this.#macros = this.#findsMacros(view);
    }
    return this.#own.key;
  }

  looseContext(): undefined {}

  places(view: FileView, found: readonly FoundFile[], then: readonly string[]): string[] {
    const variables = then.filter(isVariable).map((line) => this.variable(variableOf(line)));
    return [...variables, ...alternativesOf(view, found)].sort();
  }

  /** A variable's value in the caller's environment, as a line to be compared. */
  variable(name: string): string {
    return variableLine(name, this.#env.get(name), this.roots);
  }

  get writes(): readonly string[] {
    return this.plan.outputs.map(({ path }) => path);
  }

  destination(role: string): string | undefined {
    return this.plan.outputs.find((output) => output.role === role)?.path;
  }

  command(): Command {
    const { plan, tool } = this;
    return {
      tool: tool.path,
      argv: [tool.name, ...plan.args],
      env: [],
      outputs: this.writes,
      waits: false,
      exactStreams: false,
    };
  }

  /** The crates that this one is compiled against, with their contents as of the last `context`. */
  crates(view: FileView): CrateFile[] {
    const first = this.plan.inputs.length + this.plan.optionalInputs.length;
    return Array.from(
      this.own.subarray(first),
      (id, i) => ({ path: view.pathOf(id), content: this.#own.states[first + i]! }),
    );
  }

  /** Folders whose changes must be seen from the start. */
  watched(view: FileView, paths: Paths): string[] {
    const folders = new Set([this.cwd]);
    for (const id of this.own) folders.add(folderOf(view.pathOf(id)));
    for (const { path } of this.plan.searched) folders.add(paths.resolve(this.cwd, path));
    const made = this.#env.get("OUT_DIR");
    if (made?.startsWith("/")) folders.add(paths.resolve("/", made));
    return [...folders];
  }

  /** Whether a crate that this one depends on is a macro, has files assembled, or is not known. */
  #findsMacros(view: FileView): boolean {
    this.#assemblingAsOf = this.#graph.assembling;
    const crates = this.crates(view);
    if (crates.some(({ path }) => isMacro(path))) return true;
    const below = crates.every(({ content }) => isDigest(content)) ? this.#graph.below(crates) : undefined;
    return below === undefined || below.has(ASSEMBLER[0]) || [...below].some(isMacro);
  }
}

/** Whether a crate's file is a program that the compiler loads. */
export function isMacro(path: string): boolean {
  return /\.(?:so|dylib|dll)$/.test(path);
}
