import { type Digest, digestText, KeyRecipe, type PathMap } from "../../core/mod.ts";
import type { FileState, FileView } from "../../files/mod.ts";
import type { Call, ObservedPlan, Unshared, Work } from "../../tools/mod.ts";
import type { Command, Job } from "../job.ts";
import { KeyFacts } from "../key_facts.ts";
import type { Located } from "../toolchain/locate.ts";
import { folderOf, type Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";
import type { Premises } from "../premises.ts";
import type { LoaderCache } from "./loader_cache.ts";
import type { LiveEntry } from "../unit.ts";
import type { Witness } from "../witness.ts";
import { worldNow } from "./world.ts";

/** What an output's role begins with; the path as spelled follows. */
const AT = "at:";

/** The role under which an output is stored: its place. */
export function roleOf(path: string): string {
  return AT + path;
}

/** The place that a role stands for; undefined for a role that is none of an observed run. */
export function outputOfRole(role: string): string | undefined {
  return role.startsWith(AT) ? role.slice(AT.length) : undefined;
}

/** A run that was begun for an observed unit. */
export interface ObservedRun {
  readonly kind: "observed";
  readonly unit: ObservedUnit;
  readonly context: Digest;
  /** What it changes, as that was before. */
  readonly own: readonly FoundFile[];
  /** Its folder below the root's `tmp/`. */
  readonly folder: string;
  /** From when the launcher was told to run the tool. */
  readonly witness: Witness;
}

/** A call of a tool whose run is observed. */
export class ObservedUnit implements Job {
  readonly cwd: string;
  readonly plan: Omit<ObservedPlan, "recipe" | "parsedFrom">;
  readonly tool: Located;
  readonly work: Work;
  readonly base: Digest;
  readonly facts: KeyFacts;
  /** What runs is observed, and stands among the files found. */
  readonly programs = digestText("observed");
  readonly roots: PathMap | undefined;
  readonly unshared: Unshared | undefined;
  /** Absolute paths whose texts are in the key. */
  readonly parsedFrom: ReadonlySet<string>;
  entry: LiveEntry | undefined;
  readonly #observer: string;
  readonly #paths: Paths;
  readonly #parsed: Premises;
  /** Folders in which a tool looks for its own passing files alone. */
  readonly #temporary: ReadonlySet<string>;
  readonly #loader: LoaderCache;
  readonly #loaderState: FileState;
  readonly #updated: Int32Array;
  #updatedStates: readonly string[] = [];

  constructor(parts: {
    call: Call;
    plan: ObservedPlan;
    tool: Located;
    /** The tool's place and the texts the parser read, as they were when it read them. */
    parsedFrom: Premises;
    /** What results are shared by, if the caller asks for that; else why they are not. */
    roots?: PathMap | undefined;
    unshared?: Unshared | undefined;
    /** The program that runs tools and observes them. */
    observer: string;
    /** This machine's processor: what `-march=native` and its kin mean. */
    hostCpu: string;
    loader: LoaderCache;
    view: FileView;
    paths: Paths;
  }) {
    const { call, plan, tool, view, paths } = parts;
    const { recipe, parsedFrom, ...remembered } = plan;
    this.cwd = call.cwd;
    this.plan = remembered;
    this.tool = tool;
    this.work = plan.work;
    this.parsedFrom = new Set(parsedFrom);
    this.#observer = parts.observer;
    this.#paths = paths;
    this.#parsed = parts.parsedFrom;
    this.#temporary = tool.isScript ? new Set() : temporaryFolders(call);
    this.#loader = parts.loader;
    this.#loaderState = parts.loader.state;
    const key = new KeyRecipe().add("observed", tool.path).add("cpu", parts.hostCpu);
    this.roots = parts.roots;
    this.unshared = parts.unshared;
    if (parts.roots !== undefined) key.add("shared between checkouts", "");
    for (const [label, value] of recipe.facts) key.add(label, parts.roots?.wordInKey(value) ?? value);
    this.base = key.digest();
    this.facts = new KeyFacts(key.facts);
    this.#updated = Int32Array.from(plan.updates, (path) => view.track(paths.resolve(call.cwd, path)));
  }

  subject(): string {
    return this.#paths.resolve(this.cwd, this.output ?? this.source ?? ".");
  }

  ownFiles(view: FileView): FoundFile[] {
    return Array.from(
      this.#updated,
      (id, i) => ({ path: view.pathOf(id), content: this.#updatedStates[i] as Digest }),
    );
  }

  isCurrent(view: FileView): boolean {
    // what the loader's cache says is asked when a call is looked up for the first time
    return this.#loader.state === this.#loaderState && this.#parsed.hold(view);
  }

  context(view: FileView): Digest {
    if (this.#updated.length === 0) return this.base;
    const states = Array.from(this.#updated, (id) => view.state(id));
    // another content before the run calls for another entry
    if (states.some((state, i) => state !== this.#updatedStates[i])) this.entry = undefined;
    this.#updatedStates = states;
    const recipe = new KeyRecipe().add("base", this.base);
    for (const state of this.#updatedStates) recipe.add("before", state);
    return recipe.digest();
  }

  looseContext(): undefined {}

  get source(): string | undefined {
    return this.plan.reads[0];
  }

  get output(): string | undefined {
    return this.plan.replaces[0] ?? this.plan.updates[0];
  }

  get writes(): readonly string[] {
    return [...this.plan.replaces, ...this.plan.updates];
  }

  places(view: FileView, found: readonly FoundFile[], then: readonly string[]): string[] {
    const { roots } = this;
    return worldNow(view, then, { roots, loads: () => this.loads(found.map(({ path }) => path)) });
  }

  /** What the loader's cache says now to a run that came by these paths. */
  loads(paths: readonly string[]): Digest {
    return this.#loader.saysTo(paths);
  }

  destination(role: string): string | undefined {
    const path = outputOfRole(role);
    return path === undefined ? undefined : this.roots?.fromCommon(path) ?? path;
  }

  command(folder: string): Command {
    const { keeps, args, runEnv } = this.plan;
    return {
      tool: this.#observer,
      argv: ["zccache-observe", folder, keeps, this.tool.path, this.tool.name, ...args],
      // what is called below would otherwise be answered from the cache, and its inputs stay unseen
      env: [...runEnv, "ZCCACHE_DISABLE=1"],
      outputs: [],
      waits: false,
      exactStreams: true,
    };
  }

  /** Folders whose changes must be seen from the start: where we are, and where known inputs are. */
  get watched(): string[] {
    const { reads, updates, replaces } = this.plan;
    const folders = [...reads, ...updates, ...replaces].map((path) => {
      const resolved = this.#paths.resolve(this.cwd, path);
      return path.endsWith("/.") ? resolved : folderOf(resolved);
    });
    return [...new Set([this.cwd, ...folders])];
  }

  /** Whether what happens at a path (absolute) is neither input nor output. */
  disregards(_path: string): boolean {
    return false;
  }

  /** Whether what was read at a path (absolute) and not written is nothing that the run went on with. */
  rejects(_path: string): boolean {
    return false;
  }

  /** Whether all the names in a folder (absolute) that was listed count. */
  countsNames(folder: string): boolean {
    return !this.#temporary.has(folder);
  }

  /** Whether a file that may have been touched while the tool ran is known to have been this all the time. */
  vouchesFor(_path: string, _state: string): boolean {
    return false;
  }

  /** Further lines that `places` is to give where these files (absolute) were found. */
  others(_view: FileView, _found: readonly string[]): string[] {
    return [];
  }

  /** Why the result of a run that has just ended stays with its checkout, although no output shows it. */
  staysAlone(): Unshared | undefined {
    return undefined;
  }

  /** Whether an older file at a path (absolute) is written into by the run, and keeps its rights. */
  writesInto(_path: string): boolean {
    return this.plan.writesInto === true;
  }

  /** The paths (absolute) that the run may change although it reads them. */
  get changes(): ReadonlyMap<string, "updated" | "replaced"> {
    const { replaces, updates } = this.plan;
    const resolve = (spelled: string) => this.#paths.resolve(this.cwd, spelled);
    return new Map([
      ...replaces.map((path) => [resolve(path), "replaced"] as const),
      ...updates.map((path) => [resolve(path), "updated"] as const),
    ]);
  }
}

/** Where compiled tools keep what they remove again: gcc lets make work there when it optimises by several processes. */
function temporaryFolders({ cwd, env }: Call): ReadonlySet<string> {
  const told = ["TMPDIR", "TMP", "TEMP"].flatMap((name) => env.get(name)?.replace(/\/+$/, "") || []);
  const folders = new Set([...told, "/tmp", "/var/tmp", "/usr/tmp"]);
  // there they may be at work on what is meant to stay
  folders.delete(cwd);
  return folders;
}
