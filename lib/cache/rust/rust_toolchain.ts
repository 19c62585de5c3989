import { type Digest, isDigest, KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import type { Call, ToolchainQuestion } from "../../tools/mod.ts";
import { firstMissing } from "../toolchain/hints.ts";
import { isRelative, namesForSame } from "../toolchain/library_path.ts";
import {
  type LoadedLibraries,
  loadedLibraries,
  LOADER_FILES,
  NOWHERE,
} from "../toolchain/loaded_libraries.ts";
import type { Located } from "../toolchain/locate.ts";
import { nameOf, type Paths, realPath } from "../paths.ts";
import { Premises } from "../premises.ts";
import type { Ask } from "../toolchain/ask.ts";
import { Witness } from "../witness.ts";
import { isCovered, readInstallation } from "./installation.ts";
import { choiceOf } from "./rustup.ts";

/** What a call of rustc turns out to run. */
export interface RustToolchain {
  /** Hash of what identifies the compiler, its code generator and its libraries. */
  readonly identity: Digest;
  /** Absolute paths of what the identity covers. */
  readonly files: ReadonlySet<string>;
  /** The folders that hold them. */
  readonly folders: ReadonlySet<string>;
  /** Its files as they were identified, and what says which toolchain is meant. */
  readonly premises: Pick<Premises, "hold">;
  /** What the loader gave for it. */
  readonly loaded: LoadedLibraries;
}

/** Variables that decide which toolchain rustup runs, and where the compiler finds its parts. */
const DECIDING = ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "HOME", "SYSROOT", "PATH"];

/** Decides as well, but mostly has no say: cargo lists other folders for crates, their build scripts and each target folder. */
const LIBRARY_PATH = "LD_LIBRARY_PATH";

/** Identifies Rust toolchains, each once for as long as none of its files changes. */
export class RustToolchains {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #ask: Ask;
  readonly #known = new Map<string, RustToolchain>();
  readonly #pending = new Map<string, Promise<RustToolchain | Uncacheable>>();

  constructor(parts: { view: FileView; paths: Paths; ask: Ask }) {
    this.#view = parts.view;
    this.#paths = parts.paths;
    this.#ask = parts.ask;
  }

  /** The toolchain that would serve this call now. Many callers who ask at once cause one set of questions. */
  identify(located: Located, question: ToolchainQuestion, call: Call): Promise<RustToolchain | Uncacheable> {
    const libraryPath = call.env.get(LIBRARY_PATH) ?? "";
    return this.#remembered({ located, question, call, libraryPath, isShim: isRustup(located.path) });
  }

  #remembered(asked: Asked): Promise<RustToolchain | Uncacheable> {
    const key = questionOf(asked);
    const known = this.#known.get(key);
    if (known?.premises.hold(this.#view)) return Promise.resolve(known);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#find(asked).then((toolchain) => {
        if (!("kind" in toolchain)) this.#known.set(key, toolchain);
        return toolchain;
      }).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #find(asked: Asked): Promise<RustToolchain | Uncacheable> {
    if (asked.libraryPath === "") return await this.#identify(asked);
    const plain = await this.#remembered({ ...asked, libraryPath: "" });
    const same = "kind" in plain ? undefined : this.#withFolders(plain, asked);
    return same ?? await this.#identify(asked);
  }

  /** The toolchain as it is for a call that lists folders of libraries; undefined if these may make it another one. */
  #withFolders(plain: RustToolchain, { libraryPath, call }: Asked): RustToolchain | undefined {
    this.#view.barrier();
    const around = { cwd: call.cwd, view: this.#view, paths: this.#paths };
    const names = namesForSame(libraryPath, plain.loaded, around);
    if (names === undefined || !plain.premises.hold(this.#view)) return undefined;
    const own = new Premises(this.#view, [], names);
    return { ...plain, premises: { hold: (view) => plain.premises.hold(view) && own.hold(view) } };
  }

  async #identify(asked: Asked): Promise<RustToolchain | Uncacheable> {
    const { located, question, call, libraryPath, isShim } = asked;
    const witness = new Witness(this.#view);
    const plain = { ...decidingEnvironment(call), LC_ALL: "C", RUSTUP_AUTO_INSTALL: "0" };
    const env = libraryPath === "" ? plain : { ...plain, [LIBRARY_PATH]: libraryPath };
    const before = question.toolchain === undefined ? [] : [question.toolchain];
    const choice = isShim ? choiceOf(call, this.#view) : undefined;
    const compiler = /clippy-driver/.test(nameOf(located.name)) ? [...before, "--rustc"] : before;
    const ask = (...args: string[]) =>
      this.#ask(located.path, [...compiler, ...args], { cwd: call.cwd, env });
    const [sysrootSaid, versionSaid, loadedAtOnce] = await Promise.all([
      ask("--print", "sysroot"),
      ask("-vV"),
      isShim ? undefined : this.#loaded(located.path, asked, plain),
    ]);
    const sysroot = sysrootSaid?.stdout.trim() ?? "";
    const version = versionSaid?.stdout ?? "";
    const host = /^host: (.+)$/m.exec(version)?.[1];
    if (!sysroot.startsWith("/") || host === undefined) return uncacheable("toolchain-unknown", located.path);
    const program = isShim ? `${sysroot}/bin/${nameOf(located.name)}` : located.path;
    const loaded = loadedAtOnce ?? await this.#loaded(program, asked, plain);
    if (loaded.libraries.length === 0) return uncacheable("toolchain-unknown", program);
    this.#view.barrier();
    const roots = question.sysroot === undefined
      ? [sysroot]
      : [sysroot, this.#paths.resolve(call.cwd, question.sysroot)];
    const targets = new Set([host, ...targetOf(question)]);
    const folders = roots.flatMap((root) => foldersOf(root, targets));
    const code = [program, ...loaded.libraries];
    return this.#toolchainOf({
      asked,
      witness,
      sysroot,
      version,
      choice,
      loaded,
      files: [...new Set([...code.map(realPath), ...folders.flatMap(filesIn)])],
      // those of which only the file at their end is looked after
      links: code.filter((path) => realPath(path) !== path),
      folders,
    });
  }

  /** Asks the loader; without the caller's folders, in a way by which it tells how it would search such folders. */
  #loaded(
    program: string,
    { call, libraryPath }: Asked,
    env: Readonly<Record<string, string>>,
  ): Promise<LoadedLibraries> {
    const context = { cwd: call.cwd, env: { ...env, [LIBRARY_PATH]: libraryPath || NOWHERE } };
    return loadedLibraries([program], context, { ask: this.#ask, paths: this.#paths });
  }

  #toolchainOf(found: FoundToolchain): RustToolchain | Uncacheable {
    const { asked, witness, sysroot, version, choice, loaded } = found;
    const installation = readInstallation(sysroot, this.#view);
    const recipe = new KeyRecipe().add("rustc", version);
    for (const content of installation.contents) recipe.add("installation", content);
    const ids: FileId[] = [...asked.located.files, ...installation.ids];
    for (const path of found.files) {
      // of a file that is known by its content elsewhere, the content is what counts
      const large = path.startsWith(`${sysroot}/lib/`);
      const id = large ? this.#view.trackIdentity(path) : this.#view.track(path);
      const state = this.#view.state(id);
      if (!isDigest(state)) return uncacheable("toolchain-unknown", path);
      ids.push(id);
      // An installer's files are told by its own list; others by what they are on this disk.
      const inside = path.startsWith(`${sysroot}/`) ? path.slice(sysroot.length + 1) : undefined;
      const covered = inside !== undefined && isCovered(installation, inside, this.#view.stat(id));
      recipe.add(inside ?? path, covered ? "as installed" : state);
    }
    for (const folder of found.folders) recipe.add("names", this.#view.namesIn(folder) ?? "");
    // messages show what stands in the library's sources, where these are installed
    const sources = `${sysroot}/lib/rustlib/src/rust/library/std/src/lib.rs`;
    recipe.add("sources", this.#view.exists(sources) ? "there" : "");
    // what the loader would take instead, were it there, or goes by: it is asked again then
    const hints = [...LOADER_FILES, ...loaded.elsewhere, sources];
    for (const path of hints) if (this.#view.exists(path)) ids.push(this.#view.track(path));
    const missing = hints.filter((path) => !this.#view.exists(path));
    const absent = [...new Set(missing.map((path) => firstMissing(this.#view, path)))];
    const leading = [...loaded.climbed, ...found.links];
    const parts = new Premises(this.#view, ids, { absent, listed: found.folders, leading });
    const premises = { hold: (view: FileView) => parts.hold(view) && choice?.hold(view) !== false };
    // another one may have been chosen while this one was looked at, or a library have come after the loader's answer
    const isTouched = ids.some((id) => !witness.untouched(id)) || witness.belied() !== undefined;
    if (isTouched || !premises.hold(this.#view)) return uncacheable("toolchain-changed", sysroot);
    const files = new Set([...found.files, ...installation.ids.map((id) => this.#view.pathOf(id))]);
    return { identity: recipe.digest(), files, folders: new Set(found.folders), premises, loaded };
  }
}

interface Asked {
  readonly located: Located;
  readonly question: ToolchainQuestion;
  readonly call: Call;
  /** LD_LIBRARY_PATH, where that has a say; else empty. */
  readonly libraryPath: string;
  readonly isShim: boolean;
}

interface FoundToolchain {
  readonly asked: Asked;
  /** Saw all that happened since it was asked. */
  readonly witness: Witness;
  readonly sysroot: string;
  readonly version: string;
  /** What made rustup choose it, as it was before it was asked. */
  readonly choice: Premises | undefined;
  readonly loaded: LoadedLibraries;
  readonly files: readonly string[];
  /** The links by which some of them are reached. */
  readonly links: readonly string[];
  readonly folders: readonly string[];
}

/** Whether a program is rustup standing in for the tools that it manages. */
function isRustup(path: string): boolean {
  return /^rustup(?:-init)?(?:\.exe)?$/.test(nameOf(realPath(path)));
}

function decidingEnvironment(call: Call): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of DECIDING) {
    const value = call.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function questionOf({ located, question, call, libraryPath, isShim }: Asked): string {
  const recipe = new KeyRecipe().add("program", located.path).add("name", nameOf(located.name));
  recipe.add("toolchain", question.toolchain ?? "").add("sysroot", question.sysroot ?? "");
  recipe.add("target", question.target ?? "").add("libraries", libraryPath);
  // the folder decides if rustup does, or if something is relative to it
  const spelled = [question.sysroot, call.env.get("SYSROOT")];
  const isHere = spelled.some((path) => path?.startsWith("/") === false) || isRelative(libraryPath);
  if (isShim || isHere) recipe.add("folder", call.cwd);
  for (const [name, value] of Object.entries(decidingEnvironment(call))) recipe.add(name, value);
  return recipe.digest();
}

function targetOf(question: ToolchainQuestion): string[] {
  if (question.target === undefined) return [];
  return [nameOf(question.target).replace(/\.json$/, "")];
}

function foldersOf(sysroot: string, targets: ReadonlySet<string>): string[] {
  return [...targets].flatMap((target) => [
    // a `target.json` may describe it
    `${sysroot}/lib/rustlib/${target}`,
    `${sysroot}/lib/rustlib/${target}/lib`,
    `${sysroot}/lib/rustlib/${target}/bin`,
    `${sysroot}/lib/rustlib/${target}/bin/gcc-ld`,
    `${sysroot}/lib/rustlib/${target}/codegen-backends`,
  ]);
}

function filesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter(({ isFile }) => isFile)
      .map(({ name }) => `${folder}/${name}`).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
