import { Buffer } from "node:buffer";
import { digestText, isDigest, KeyRecipe, PATHS } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import {
  type Call,
  type CratePlan,
  type DepInfo,
  macroEnvironment,
  type ObservedPlan,
  parseDepInfo,
  sessionEnvironment,
  type Unshared,
} from "../../tools/mod.ts";
import type { Command } from "../job.ts";
import type { LoaderCache } from "../observed/loader_cache.ts";
import { ObservedUnit } from "../observed/observed_unit.ts";
import { folderOf, nameOf, type Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import { type CrateStates, crateStates } from "./crate_states.ts";
import type { CrateParts } from "./crate_unit.ts";
import type { CrateFile, CrateGraph } from "./crate_graph.ts";
import { type IncrementalPlace, incrementalPlace } from "./incremental_data.ts";
import { fleetingOf } from "./fleeting.ts";
import { isVariable, metadataPlaces, variableLine, variableOf } from "./crate_places.ts";
import { pathVariable } from "./path_variables.ts";
import type { RustToolchain } from "./rust_toolchain.ts";

/** A crate whose compile reads more than arguments and dep-info tell: it is linked, or macros run. */
export class ObservedCrate extends ObservedUnit {
  readonly #crate: CratePlan;
  readonly #env: Call["env"];
  readonly #toolchain: RustToolchain;
  readonly #searched: ReadonlySet<string>;
  /** Folders that are searched for crates and nothing else. */
  readonly #crateFolders: ReadonlySet<string>;
  #begun: CrateStates = new Map();
  /** The files' names, without their endings, of all crates below this one; undefined while these are not known. */
  #needed: () => ReadonlySet<string> | undefined = () => undefined;
  readonly incremental: IncrementalPlace | undefined;
  readonly #resolve: (path: string) => string;

  constructor(parts: CrateParts & { readonly observer: string; readonly loader: LoaderCache }) {
    const { call, plan, paths } = parts;
    super({
      ...parts,
      plan: observedPlan(plan, call, parts),
      roots: plan.roots,
      unshared: plan.unshared,
    });
    const resolve = (path: string) => paths.resolve(call.cwd, path);
    this.#crate = plan;
    this.#env = call.env;
    this.#toolchain = parts.toolchain;
    this.#resolve = resolve;
    this.#searched = new Set(plan.searched.map(({ path }) => resolve(path)));
    const others = plan.searched.filter(({ kind }) => kind !== "dependency" && kind !== "crate");
    const alsoNative = new Set(others.map(({ path }) => resolve(path)));
    this.#crateFolders = this.#searched.difference(alsoNative);
    this.incremental = incrementalPlace(plan, resolve, parts.toolchain.identity);
  }

  get fleeting(): ReturnType<typeof fleetingOf> {
    return fleetingOf(this.#crate, this.#env);
  }

  override isCurrent(view: FileView): boolean {
    return this.#toolchain.premises.hold(view) && super.isCurrent(view);
  }

  /** The linker and what it runs are looked for in the folders of PATH, which may have come a moment ago. */
  override get watched(): string[] {
    const folders = (this.#env.get("PATH") ?? "").split(PATHS.listSeparator);
    return [...super.watched, ...folders.map((folder) => this.#resolve(folder || "."))];
  }

  /** The toolchain is in the key. */
  override disregards(path: string): boolean {
    return this.#toolchain.files.has(path);
  }

  /**
   * A crate in the search folder that merely has a needed one's name, such as the same source compiled in another way, is
   * looked at and rejected by its hash; its compiler may be at work on it.
   */
  override rejects(path: string): boolean {
    if (!HASHED_CRATE.test(path) || !this.#crateFolders.has(folderOf(path))) return false;
    return this.#needed()?.has(stemOf(path)) === false;
  }

  /** Incremental compilation is the compiler's own affair. */
  override command(folder: string): Command {
    const command = super.command(folder);
    if (this.incremental === undefined) return command;
    return { ...command, env: [...command.env, `ZCCACHE_OBSERVE_PRIVATE=${this.incremental.folder}`] };
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

  override others(view: FileView, found: readonly string[]): string[] {
    return [...this.#shadows(view, found), ...this.#variables(found)];
  }

  /** The variables that the crate itself asked for: these count whatever the caller says that nobody heeds. */
  #variables(found: readonly string[]): string[] {
    const info = this.#depInfo();
    if (info === "none") return this.#mayAsk(found) ? [this.#variable(SESSION)] : [];
    // a line that is not there the next time: what can't be known is never found again
    return info === undefined
      ? [otherLine("/")]
      : [...info.variables.keys()].map((name) => this.#variable(name));
  }

  /** Whether a crate without dep-info may ask for variables: its own text says so, or it has macros from others. */
  #mayAsk(found: readonly string[]): boolean {
    if (this.#crate.externs.some(({ path }) => path !== undefined)) return true;
    return found.some((path) => readBytes(path)?.toString("latin1").includes("env!"));
  }

  override staysAlone(): Unshared | undefined {
    const info = this.#depInfo();
    // a crate that nobody hears of may have asked for any variable
    if (info === "none" || info === undefined) return { reason: "path_sensitive_arg", detail: "no dep-info" };
    const { roots } = this;
    return roots && pathVariable({ info, roots, readText: (path) => readText(this.#resolve(path)) });
  }

  #depInfo(): DepInfo | "none" | undefined {
    const depInfo = this.#crate.outputs.find(({ role }) => role === "depfile");
    if (depInfo === undefined) return "none";
    const text = readText(this.#resolve(depInfo.path));
    return text === undefined ? undefined : parseDepInfo(text);
  }

  #variable(name: string): string {
    const value = name === SESSION ? sessionEnvironment(this.#env) : this.#env.get(name);
    return variableLine(name, value, this.roots);
  }

  /** Files that are there under the name of a crate that was found, and weren't looked at. */
  #shadows(view: FileView, found: readonly string[]): string[] {
    const all = new Set(found);
    const there = new Set<string>();
    for (const path of found) {
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
  crates(view: FileView): CrateFile[] {
    return this.#crate.externs.flatMap(({ path }) => {
      if (path === undefined) return [];
      const absolute = this.#resolve(path);
      return [{ path: absolute, content: view.state(view.track(absolute)) }];
    });
  }

  /** A run begins: what the crates are now. */
  begin(view: FileView, graph: CrateGraph): void {
    const crates = this.crates(view);
    const { isLinked } = this.#crate;
    this.#begun = crateStates(view, graph, { crates, folders: [...this.#searched], isLinked });
    let needed: ReadonlySet<string> | undefined;
    // a dependency's own compile may have ended and not be filed yet
    this.#needed = () => {
      const below = needed === undefined ? graph.below(crates) : undefined;
      return needed ??= below && new Set([...crates.map(({ path }) => path), ...below].map(stemOf));
    };
  }

  override writesInto(path: string): boolean {
    return this.#crate.outputs.some((output) => output.writtenInto && this.#resolve(output.path) === path);
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
  return readBytes(path)?.toString();
}

function readBytes(path: string): Buffer | undefined {
  try {
    return Buffer.from(Deno.readFileSync(path).buffer);
  } catch (error) {
    // whatever keeps us from reading it
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Stands for all variables of the session; a name that none has. */
const SESSION = "=";

/** As cargo calls the files of crates; the hash is different for each way to compile one. */
const HASHED_CRATE = /\/lib[^/]*-[0-9a-f]{16}\.(?:rmeta|rlib|so)$/;

function stemOf(path: string): string {
  return nameOf(path).replace(/\.[^.]*$/, "");
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
  for (const [label, value] of plan.recipe.facts) recipe.add(label, plan.roots?.wordInKey(value) ?? value);
  // the linker and macros may ask for any variable; what the crate itself asks for is told by its dep-info alone
  const told = plan.outputs.some(({ role }) => role === "depfile");
  recipe.add("environment", digestText(macroEnvironment({ env: call.env, roots: plan.roots }, told)));
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
