import { digestText, isDigest, KeyRecipe } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import {
  type Call,
  type CratePlan,
  macroEnvironment,
  type ObservedPlan,
  parseDepInfo,
} from "../../tools/mod.ts";
import type { Command } from "../job.ts";
import { ObservedUnit } from "../observed_unit.ts";
import { folderOf, nameOf, type Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { type CrateStates, crateStates } from "./crate_states.ts";
import type { CrateParts } from "./crate_unit.ts";
import type { CrateGraph } from "./crate_graph.ts";
import { isVariable, metadataPlaces, variableLine, variableOf } from "./crate_places.ts";
import type { RustToolchain } from "./rust_toolchain.ts";

/** A crate whose compile reads more than arguments and dep-info tell: it is linked, or macros run. */
export class ObservedCrate extends ObservedUnit {
  readonly #crate: CratePlan;
  readonly #env: Call["env"];
  readonly #toolchain: RustToolchain;
  readonly #searched: ReadonlySet<string>;
  #begun: CrateStates = new Map();
  readonly #incremental: string | undefined;
  readonly #resolve: (path: string) => string;

  constructor(parts: CrateParts & { readonly observer: string }) {
    const { call, plan, paths } = parts;
    super({ ...parts, plan: observedPlan(plan, call, parts) });
    const resolve = (path: string) => paths.resolve(call.cwd, path);
    this.#crate = plan;
    this.#env = call.env;
    this.#toolchain = parts.toolchain;
    this.#resolve = resolve;
    this.#searched = new Set(plan.searched.map(({ path }) => resolve(path)));
    this.#incremental = plan.incremental === undefined ? undefined : resolve(plan.incremental);
  }

  /** Build scripts try the compiler in folders that they remove at once. */
  get filesFirst(): boolean {
    return this.#crate.keepsFailures;
  }

  override isCurrent(view: FileView): boolean {
    return this.#toolchain.premises.hold(view) && super.isCurrent(view);
  }

  /** The toolchain is in the key. */
  override disregards(path: string): boolean {
    return this.#toolchain.files.has(path);
  }

  /** Incremental compilation is the compiler's own affair. */
  override command(folder: string): Command {
    const command = { ...super.command(folder), waits: this.filesFirst };
    if (this.#incremental === undefined) return command;
    return { ...command, env: [...command.env, `ZCCACHE_OBSERVE_PRIVATE=${this.#incremental}`] };
  }

  /** The compiler lists the folders it searches, and takes from them what is called like a crate it needs. */
  override countsNames(folder: string): boolean {
    return !this.#searched.has(folder) && !this.#toolchain.folders.has(folder);
  }

  override places(view: FileView, found: readonly FoundFile[], then: readonly string[]): string[] {
    const others = this.#shadows(view, found.flatMap(({ path, content }) => isDigest(content) ? path : []));
    const variables = then.filter(isVariable).map((line) => this.#variable(variableOf(line)));
    const lines = then.filter((line) => !isOther(line) && !isVariable(line));
    return [...super.places(view, found, lines), ...others, ...variables].sort();
  }

  override others(view: FileView, read: readonly string[]): string[] {
    return [...this.#shadows(view, read), ...this.#variables()];
  }

  /** The variables that the crate itself asked for: these count whatever the caller says that nobody heeds. */
  #variables(): string[] {
    const depInfo = this.#crate.outputs.find(({ role }) => role === "depfile");
    if (depInfo === undefined) return [];
    const text = readText(this.#resolve(depInfo.path));
    const info = text === undefined ? undefined : parseDepInfo(text);
    // a line that is not there the next time: what can't be known is never found again
    return info === undefined
      ? [otherLine("/")]
      : [...info.variables.keys()].map((name) => this.#variable(name));
  }

  #variable(name: string): string {
    return variableLine(name, this.#env.get(name));
  }

  /** Files that are there under the name of a crate that was read, and weren't read. */
  #shadows(view: FileView, read: readonly string[]): string[] {
    const all = new Set(read);
    const there = new Set<string>();
    for (const path of read) {
      const folder = folderOf(path);
      if (!this.#searched.has(folder) || !CRATE_FILE.test(path)) continue;
      const places = metadataPlaces(folder, nameOf(path));
      // what would be taken after this one counts only where all are complete
      const counted = this.#crate.isLinked ? places : places.slice(0, places.indexOf(path));
      for (const other of counted) if (!all.has(other) && view.exists(other)) there.add(otherLine(other));
    }
    return [...there];
  }

  /** What crates it is compiled against, as of now. */
  crates(view: FileView): { readonly path: string; readonly content: string }[] {
    return this.#crate.externs.flatMap(({ path }) => {
      if (path === undefined) return [];
      const absolute = this.#resolve(path);
      return [{ path: absolute, content: view.state(view.track(absolute)) }];
    });
  }

  /** A run begins: what the crates are now. */
  begin(view: FileView, graph: CrateGraph): void {
    this.#begun = crateStates(view, graph, { crates: this.crates(view), folders: [...this.#searched] });
  }

  override vouchesFor(path: string, state: string): boolean {
    return this.#begun.get(path) === state;
  }

  /** Absolute paths of the outputs. */
  get outputs(): string[] {
    return this.#crate.outputs.map(({ path }) => this.#resolve(path));
  }
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // whatever keeps us from reading it
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const CRATE_FILE = /\/lib[^/]*\.(?:rmeta|rlib|so)$/;

const OTHER = "\u{1}other";

function otherLine(path: string): string {
  return `${path}${OTHER}`;
}

function isOther(line: string): boolean {
  return line.endsWith(OTHER);
}

function observedPlan(
  plan: CratePlan,
  call: Call,
  around: { readonly toolchain: RustToolchain; readonly hostCpu: string; readonly paths: Paths },
): ObservedPlan {
  const recipe = new KeyRecipe().add("toolchain", around.toolchain.identity);
  recipe.add("cpu", plan.hostCpu ? around.hostCpu : "");
  for (const [label, value] of plan.recipe.facts) recipe.add(label, value);
  // the linker and macros may ask for any variable; what the crate itself asks for is told by its dep-info alone
  const told = plan.outputs.some(({ role }) => role === "depfile");
  recipe.add("environment", digestText(macroEnvironment(call.env, told)));
  return {
    kind: "observed",
    family: "rustc",
    work: "compilations",
    recipe,
    parsedFrom: plan.parsedFrom,
    reads: [
      ...plan.inputs,
      ...plan.externs.flatMap(({ path }) => path ?? []),
      ...[...plan.searched.map(({ path }) => path), call.env.get("OUT_DIR") ?? "."].map((path) =>
        `${path}/.`
      ),
    ],
    updates: [],
    replaces: plan.outputs.map(({ path }) => path),
    keeps: plan.keepsFailures ? "always" : "success",
    readsSources: false,
    args: plan.args,
    runEnv: [],
  };
}
