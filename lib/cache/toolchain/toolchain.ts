import { type Digest, isDigest, KeyRecipe, PATHS, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import { parseProbe, type Plan, type Probe, probeArguments, type Probed } from "../../tools/mod.ts";
import type { Ask, AskContext, LookedUp } from "./ask.ts";
import { absentOf, ownPlaces, prefixPlaces } from "./driver_places.ts";
import { hintsOf } from "./hints.ts";
import { keepToolchain, keptToolchain, type Notes } from "./kept_toolchain.ts";
import { loadedLibraries, LOADER_FILES } from "./loaded_libraries.ts";
import type { Located } from "./locate.ts";
import { folderOf, nameOf, type Paths } from "../paths.ts";
import { leadsTo, Premises } from "../premises.ts";
import { isProgram } from "./programs.ts";
import { readTrackedText } from "../text_reader.ts";
import { Turn } from "../turn.ts";
import { Witness } from "../witness.ts";

/** What a compiler driver, asked in one way, turns out to be. */
export interface Toolchain {
  /** Hash of every program and library that takes part, and of the driver's answers. */
  readonly identity: Digest;
  /** The line in which the driver tells its version. */
  readonly version: string;
  /** The compiler's own include folders, absolute. */
  readonly folders: readonly string[];
  /** Its programs, libraries and configuration as they were identified. */
  readonly premises: Premises;
}

interface Answers {
  readonly probed: Probed;
  readonly looked: readonly LookedUp[];
}

/** Environment of a probe: the caller's own variables that matter, and messages in the language that is parsed. */
const PROBE_ENV = { LC_ALL: "C", LANGUAGE: "C" };

/** Identifies toolchains, each once for as long as none of its files changes. */
export class Toolchains {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #ask: Ask;
  readonly #notes: Notes;
  readonly #known = new Map<string, Toolchain>();
  readonly #pending = new Map<string, Promise<Toolchain | Uncacheable>>();

  constructor(parts: { view: FileView; paths: Paths; ask: Ask; notes: Notes }) {
    this.#view = parts.view;
    this.#paths = parts.paths;
    this.#ask = parts.ask;
    this.#notes = parts.notes;
  }

  /** The toolchain that would serve this plan now. Many callers who ask at once cause one set of probes. */
  identify(located: Located, plan: Plan): Promise<Toolchain | Uncacheable> {
    const key = questionOf(located, plan.probe);
    const known = this.#known.get(key);
    if (known?.premises.hold(this.#view)) return Promise.resolve(known);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#identify(key, located, plan).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #identify(key: string, located: Located, plan: Plan): Promise<Toolchain | Uncacheable> {
    const kept = this.#restore(key);
    if (kept !== undefined) {
      this.#known.set(key, kept);
      return kept;
    }
    const context = {
      cwd: plan.probe.folder ?? "/",
      env: { ...Object.fromEntries(plan.probe.env), ...PROBE_ENV },
    };
    const witness = new Witness(this.#view);
    const answers = await this.#probe(located.path, plan, context);
    if (answers === undefined) return uncacheable("toolchain-unknown", located.path);
    const { probed, looked } = answers;
    const { programs, before: hidden } = this.#programs(located, probed, plan.probe);
    const { libraries, elsewhere, climbed } = await loadedLibraries(programs, context, {
      ask: this.#ask,
      paths: this.#paths,
    });
    this.#view.barrier();
    const configs = probed.configFiles.map((path) => this.#paths.resolve(context.cwd, path));
    const naming = configs.find((path) => plan.family === "clang" && namesOthers(this.#view, path));
    if (naming !== undefined) return uncacheable("response-file", naming);
    const paths = [...programs, ...configs, ...libraries];
    const ids = [...new Set([...located.files, ...paths.map((path) => this.#view.track(path))])];
    const turn = new Turn(this.#view);
    for (const id of ids) {
      // some of them are a hundred megabytes
      if (turn.isOver) await turn.pass();
      if (!isDigest(this.#view.state(id))) return uncacheable("toolchain-unknown", this.#view.pathOf(id));
    }
    const hiding = prefixPlaces(plan.probe, probed).map((path) => this.#paths.resolve(context.cwd, path));
    const before = [...hidden, ...hiding];
    const standing = new Set(before.filter(isProgram));
    const appeared = hidden.some((path) => standing.has(path));
    // a program replaced while it answered would give its answers another's identity
    const asked = [...ids, ...Array.from(standing, (path) => this.#view.track(path))];
    if (appeared || asked.some((id) => !witness.untouched(id)) || witness.belied() !== undefined) {
      return uncacheable("toolchain-changed", located.path);
    }
    const { missing, angle, quote } = probed.includeFolders;
    const spelled = [...missing, ...quote, ...angle];
    const folders = spelled.map((folder) => this.#paths.resolve(context.cwd, folder));
    // a program without a folder is looked up, and climbs nowhere
    const named = [...spelled, ...probed.configFiles, ...probed.programs, ...looked.map(({ path }) => path)];
    const leading = [...this.#paths.climbedFrom(context.cwd, named), ...climbed];
    const resolved = (some: readonly LookedUp[]) => some.map(({ path }) => this.#paths.resolve("/", path));
    const listed = resolved(looked.filter((each) => each.listed));
    const expected = [...absentOf(plan.family, located, probed), ...before];
    const hints = hintsOf(this.#view, [...LOADER_FILES, ...elsewhere, ...resolved(looked)]);
    const absent = [...expected.filter((path) => !this.#view.exists(path)), ...hints.absent];
    const idle = before.filter((path) => this.#view.exists(path) && !standing.has(path));
    // these only call for another look
    const passedOver = hints.files.map((path) => this.#view.track(path));
    const premises = new Premises(this.#view, [...ids, ...passedOver], { absent, listed, leading, idle });
    const { version } = probed;
    const toolchain = { identity: this.#identityOf(ids, probed, folders), version, folders, premises };
    this.#known.set(key, toolchain);
    this.#keep(key, toolchain, absent);
    return toolchain;
  }

  /** What the driver says of itself, and what it looks up for that. */
  async #probe(program: string, plan: Plan, context: AskContext): Promise<Answers | undefined> {
    const questions = probeArguments(plan.probe);
    const [folders, programs] = await Promise.all(
      questions.map((args) => this.#ask(program, args, { ...context, observed: true })),
    );
    if (folders === undefined || programs === undefined) return undefined;
    const probed = parseProbe(plan.family, [folders.stderr, programs.stderr]);
    const looked = [...folders.looked ?? [], ...programs.looked ?? []];
    return probed === undefined ? undefined : { probed, looked };
  }

  /** The driver and the programs it named, all absolute; and where a program looked up on PATH would be found first. */
  #programs(located: Located, answer: Probed, probe: Probe): { programs: string[]; before: string[] } {
    const searched = (probe.env.find(([name]) => name === "PATH")?.[1] ?? "").split(PATHS.listSeparator);
    const { needed, optional } = answer.beside ?? { needed: [], optional: [] };
    const own = (name: string) => `${folderOf(located.path)}/${name}`;
    const programs = [located.path, ...needed.map(own)];
    const before: string[] = [];
    for (const path of optional.map(own)) (this.#view.exists(path) ? programs : before).push(path);
    for (const program of answer.programs) {
      if (program.includes("/")) {
        programs.push(this.#paths.resolve(probe.folder ?? "/", program));
        continue;
      }
      const places = [
        ...ownPlaces(program, answer).map((path) => this.#paths.resolve("/", path)),
        ...searched.map((folder) => this.#paths.resolve(probe.folder ?? "/", `${folder || "."}/${program}`)),
      ];
      const found = places.findIndex(isProgram);
      before.push(...places.slice(0, Math.max(0, found)));
      if (found >= 0) programs.push(places[found]!);
    }
    return { programs, before };
  }

  #identityOf(ids: readonly FileId[], answer: Probed, folders: readonly string[]): Digest {
    const recipe = new KeyRecipe().add("version", answer.version).add("target", answer.target);
    for (const folder of folders) recipe.add("folder", folder);
    for (const id of ids) recipe.add(nameOf(this.#view.pathOf(id)), this.#view.state(id));
    return recipe.digest();
  }

  #restore(key: string): Toolchain | undefined {
    const kept = keptToolchain(this.#notes, key);
    if (kept?.leading === undefined || kept.idle === undefined || kept.listed === undefined) return undefined;
    const ids = kept.files.map(([path]) => this.#view.track(path));
    if (kept.files.some(([, content], i) => this.#view.state(ids[i]!) !== content)) return undefined;
    if (kept.absent.some((path) => this.#view.exists(path)) || !isDigest(kept.identity)) return undefined;
    const { leading, idle, listed } = kept;
    if (listed.some(([folder, names]) => this.#view.namesIn(folder) !== (names ?? undefined))) {
      return undefined;
    }
    if (idle.some(isProgram)) return undefined;
    if (leading.some(([path, real]) => leadsTo(this.#view, path) !== real)) return undefined;
    return {
      identity: kept.identity,
      version: kept.version,
      folders: kept.folders,
      premises: new Premises(this.#view, ids, {
        absent: kept.absent,
        listed: listed.map(([folder]) => folder),
        leading: leading.map(([path]) => path),
        idle,
      }),
    };
  }

  #keep(key: string, toolchain: Toolchain, absent: readonly string[]): void {
    const files = Array.from(
      toolchain.premises.ids,
      (id, i) => [this.#view.pathOf(id), toolchain.premises.states[i]!] as const,
    );
    const { folders, version, identity } = toolchain;
    const { leading, idle, listed } = toolchain.premises;
    keepToolchain(this.#notes, key, { files, absent, listed, leading, idle, folders, version, identity });
  }
}

function questionOf(located: Located, probe: Probe): string {
  const recipe = new KeyRecipe().add("program", located.path).add("language", probe.language);
  for (const arg of probe.args) recipe.add("arg", arg);
  for (const [name, value] of probe.env) recipe.add(name, value);
  return recipe.add("folder", probe.folder ?? "").digest();
}

/** Whether a configuration file names others (`@file`), which clang reads without a word about them. */
function namesOthers(view: FileView, path: string): boolean {
  const text = readTrackedText(view, path);
  return text === undefined || /(?:^|[\s'"])@/.test(text);
}
