import { type Digest, isDigest, KeyRecipe, type PathMap } from "../core/mod.ts";
import type { FileState, FileView, Generation } from "../files/mod.ts";
import type { StoredEntry } from "../store/mod.ts";
import { type Call, DEFINE, type Plan, type Unshared } from "../tools/mod.ts";
import type { Facts } from "./compare_facts.ts";
import { PRIVATE_DEPFILE } from "./files_of_run.ts";
import type { Command, Job } from "./job.ts";
import { KeyFacts } from "./key_facts.ts";
import type { Destination } from "./recall/call_words.ts";
import type { Located } from "./toolchain/locate.ts";
import { type FoundFile, searchedPlaces, type SearchFolders } from "./places.ts";
import type { Paths } from "./paths.ts";
import type { Searches } from "./includes/searches.ts";
import type { Premises } from "./premises.ts";
import type { Toolchain } from "./toolchain/toolchain.ts";
import { OwnFiles } from "./own_files.ts";

/** An entry, and as of when it's known to hold for one call. */
export interface LiveEntry {
  readonly stored: StoredEntry;
  /** `generation` at which the inputs were last compared. */
  validAsOf: Generation;
  /** `namesGeneration` at which the searched places were last compared. */
  namesAsOf: Generation;
}

/** The parts of a plan that are needed after it was made into keys. */
export type RememberedPlan = Omit<Plan, "recipe" | "probe" | "parsedFrom">;

/**
 * A request as the cache remembers it: parsed, its tool identified, its own inputs hashed. The same bytes from a launcher
 * mean the same unit for as long as its premises hold.
 */
export class Unit implements Job {
  readonly work = "compilations";
  /** The caller's folder. */
  readonly cwd: string;
  readonly plan: RememberedPlan;
  readonly tool: Located;
  readonly toolchain: Toolchain;
  readonly search: SearchFolders;
  /** Key of everything but file contents. */
  readonly base: Digest;
  readonly facts: KeyFacts;
  /** Key of everything but file contents and the compiler, where results are shared between checkouts. */
  readonly anyCompiler: Digest | undefined;
  /** Key of everything but file contents and definitions; undefined where these can show other than by tokens. */
  readonly kin: Digest | undefined;
  readonly #own: OwnFiles;
  readonly #parsedFrom: Premises;
  /** Whether SOURCE_DATE_EPOCH says what `__DATE__` and `__TIME__` are. */
  readonly fixedDate: boolean;
  /** The entry that answered last. */
  entry: LiveEntry | undefined;

  constructor(parts: {
    call: Call;
    plan: Plan;
    tool: Located;
    toolchain: Toolchain;
    /** The tool's files and the texts the parser read, as they were when it read them. */
    parsedFrom: Premises;
    view: FileView;
    paths: Paths;
    searches: Searches;
    hostCpu: string;
  }) {
    const { call, plan, tool, toolchain, view, paths } = parts;
    this.cwd = call.cwd;
    const { recipe: _recipe, probe: _probe, parsedFrom: _parsedFrom, ...remembered } = plan;
    this.plan = remembered;
    this.tool = tool;
    this.toolchain = toolchain;
    const resolve = (path: string) => paths.resolve(call.cwd, path);
    const known = parts.searches.of(searchFolders(plan, toolchain, resolve), plan.headerSuffixes);
    const { folders, suffixes } = known;
    const byIncluders = plan.searchesIncluders ?? false;
    this.search = { folders, suffixes, forced: plan.forcedIncludes.map(resolve), byIncluders, known };
    const cpu = plan.hostCpu ? parts.hostCpu : "";
    this.facts = new KeyFacts(cpu === "" ? plan.recipe.facts : [...plan.recipe.facts, ["cpu", cpu]]);
    this.base = keyOf(plan.recipe.facts, toolchain, cpu);
    this.anyCompiler = plan.roots && plan.recipe.digest();
    const kin = plan.definesCount || plan.preprocessArgs === undefined
      ? undefined
      : ["folder", call.cwd] as const;
    this.kin = kin &&
      keyOf([kin, ...plan.recipe.facts.filter(([label]) => label !== DEFINE)], toolchain, cpu);
    this.fixedDate = call.env.has("SOURCE_DATE_EPOCH") && heedsSourceDate(toolchain.version);
    this.#own = new OwnFiles(view, this.base, plan.inputs.map((path) => view.track(resolve(path))));
    this.#parsedFrom = parts.parsedFrom;
  }

  get roots(): PathMap | undefined {
    return this.plan.roots;
  }

  get unshared(): Unshared | undefined {
    return this.plan.unshared;
  }

  /** Whether the tool and what the parser read are still the same; if not, the request is parsed anew. */
  isCurrent(view: FileView): boolean {
    return this.toolchain.premises.hold(view) && this.#parsedFrom.hold(view);
  }

  /** The key of the call with its own inputs' contents of now. */
  context(view: FileView): Digest {
    if (this.#own.refresh(view)) this.entry = undefined;
    return this.#own.key;
  }

  /** The key with the own inputs' contents but for their comments; undefined where comments can show in the result. */
  looseContext(view: FileView): Digest | undefined {
    if (this.plan.commentsCount) return undefined;
    const recipe = new KeyRecipe().add("base apart from comments", this.base);
    for (const state of this.#own.states) {
      recipe.add("own", isDigest(state) ? view.facts(state)?.blanked ?? state : state);
    }
    return recipe.digest();
  }

  /** Ids of the files named by the call, in the order of `plan.inputs`. */
  get own(): Int32Array {
    return this.#own.ids;
  }

  get programs(): Digest {
    return this.toolchain.identity;
  }

  subject(view: FileView): string {
    return view.pathOf(this.#own.ids[0]!);
  }

  get source(): string {
    return this.plan.source;
  }

  get output(): string | undefined {
    return this.plan.outputs[0]?.path;
  }

  get writes(): readonly string[] {
    return this.destinations.map(([, path]) => path);
  }

  get ownStates(): readonly FileState[] {
    return this.#own.states;
  }

  /** What the tool and the reading of the command rest on. */
  get premises(): readonly Premises[] {
    return [this.toolchain.premises, this.#parsedFrom];
  }

  /** Where produced files go, by role. */
  get destinations(): readonly Destination[] {
    const { discovery, outputs } = this.plan;
    const made = outputs.map(({ role, path }): Destination => [role, path]);
    return discovery.how === "filtered-depfile" ? [["depfile", discovery.path], ...made] : made;
  }

  places(view: FileView, found: readonly FoundFile[], _then: readonly string[]): string[] {
    return searchedPlaces(view, this.search, { found, own: this.ownFiles(view) });
  }

  /** The call's own inputs as files, for the searches that start in their folders. */
  ownFiles(view: FileView): FoundFile[] {
    return this.#own.found(view);
  }

  destination(role: string): string | undefined {
    const { discovery, outputs } = this.plan;
    if (role === "depfile" && discovery.how === "filtered-depfile") return discovery.path;
    return outputs.find((output) => output.role === role)?.path;
  }

  command(folder: string): Command {
    const { plan, tool } = this;
    return {
      tool: tool.path,
      argv: [tool.name, ...plan.runArgs(`${folder}/${PRIVATE_DEPFILE}`)],
      env: plan.runEnv,
      outputs: plan.outputs.map((output) => output.path),
      waits: plan.discovery.how === "filtered-depfile",
      exactStreams: false,
    };
  }
}

/** gcc has heeded SOURCE_DATE_EPOCH since version 7, clang since 16. */
function heedsSourceDate(version: string): boolean {
  const [, compiler, major] = /(gcc|clang) version (\d+)/.exec(version) ?? [];
  return compiler === "gcc" ? Number(major) >= 7 : compiler === "clang" && Number(major) >= 16;
}

function keyOf(facts: Facts, toolchain: Toolchain, hostCpu: string): Digest {
  const recipe = new KeyRecipe().add("toolchain", toolchain.identity).add("cpu", hostCpu);
  for (const [label, value] of facts) recipe.add(label, value);
  return recipe.digest();
}

function searchFolders(plan: Plan, toolchain: Toolchain, resolve: (path: string) => string): string[] {
  const { quote, angle, system, after } = plan.search;
  const given = [...quote, ...angle, ...system].map(resolve);
  return [...new Set([...given, ...toolchain.folders, ...after.map(resolve)])];
}
