import { type Digest, isDigest, KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import type { Call, ToolchainQuestion } from "../../tools/mod.ts";
import { loadedLibraries, LOADER_FILES } from "../toolchain/loaded_libraries.ts";
import type { Located } from "../toolchain/locate.ts";
import { nameOf, type Paths, realPath } from "../paths.ts";
import { Premises } from "../premises.ts";
import type { Ask } from "../toolchain/ask.ts";
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
}

/** Variables that decide which toolchain rustup runs, and where the compiler finds its parts. */
const DECIDING = [
  "RUSTUP_TOOLCHAIN",
  "RUSTUP_HOME",
  "CARGO_HOME",
  "HOME",
  "SYSROOT",
  "LD_LIBRARY_PATH",
  "PATH",
];

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
    const asked = { located, question, call, isShim: isRustup(located.path) };
    const key = questionOf(asked);
    const known = this.#known.get(key);
    if (known?.premises.hold(this.#view)) return Promise.resolve(known);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#identify(asked).then((toolchain) => {
        if (!("kind" in toolchain)) this.#known.set(key, toolchain);
        return toolchain;
      }).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #identify(asked: Asked): Promise<RustToolchain | Uncacheable> {
    const { located, question, call, isShim } = asked;
    const env = decidingEnvironment(call);
    const context = { cwd: call.cwd, env: { ...env, LC_ALL: "C", RUSTUP_AUTO_INSTALL: "0" } };
    const before = question.toolchain === undefined ? [] : [question.toolchain];
    const choice = isShim ? choiceOf(call, this.#view) : undefined;
    const compiler = /clippy-driver/.test(nameOf(located.name)) ? [...before, "--rustc"] : before;
    const [sysrootSaid, versionSaid] = await Promise.all([
      this.#ask(located.path, [...compiler, "--print", "sysroot"], context),
      this.#ask(located.path, [...compiler, "-vV"], context),
    ]);
    const sysroot = sysrootSaid?.stdout.trim() ?? "";
    const version = versionSaid?.stdout ?? "";
    const host = /^host: (.+)$/m.exec(version)?.[1];
    if (!sysroot.startsWith("/") || host === undefined) return uncacheable("toolchain-unknown", located.path);
    const program = isShim ? `${sysroot}/bin/${nameOf(located.name)}` : located.path;
    const loaded = await loadedLibraries([program], context, { ask: this.#ask, paths: this.#paths });
    if (loaded.libraries.length === 0) return uncacheable("toolchain-unknown", program);
    this.#view.barrier();
    const roots = question.sysroot === undefined
      ? [sysroot]
      : [sysroot, this.#paths.resolve(call.cwd, question.sysroot)];
    const targets = new Set([host, ...targetOf(question)]);
    const parts = roots.flatMap((root) => partsOf(root, targets));
    return this.#toolchainOf({
      asked,
      sysroot,
      version,
      choice,
      elsewhere: loaded.elsewhere,
      files: [...new Set([realPath(program), ...loaded.libraries.map(realPath), ...parts])],
      folders: roots.flatMap((root) => foldersOf(root, targets)),
    });
  }

  #toolchainOf(found: FoundToolchain): RustToolchain | Uncacheable {
    const { asked, sysroot, version, choice } = found;
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
    const hints = [...LOADER_FILES, ...found.elsewhere, sources];
    for (const path of hints) if (this.#view.exists(path)) ids.push(this.#view.track(path));
    const absent = hints.filter((path) => !this.#view.exists(path));
    const parts = new Premises(this.#view, ids, { absent, listed: found.folders });
    const premises = { hold: (view: FileView) => parts.hold(view) && choice?.hold(view) !== false };
    // another one may have been chosen while this one was looked at
    if (!premises.hold(this.#view)) return uncacheable("toolchain-changed", sysroot);
    const files = new Set([...found.files, ...installation.ids.map((id) => this.#view.pathOf(id))]);
    return { identity: recipe.digest(), files, folders: new Set(found.folders), premises };
  }
}

interface Asked {
  readonly located: Located;
  readonly question: ToolchainQuestion;
  readonly call: Call;
  readonly isShim: boolean;
}

interface FoundToolchain {
  readonly asked: Asked;
  readonly sysroot: string;
  readonly version: string;
  /** What made rustup choose it, as it was before it was asked. */
  readonly choice: Premises | undefined;
  readonly files: readonly string[];
  /** Where the loader would find other libraries. */
  readonly elsewhere: readonly string[];
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

function questionOf({ located, question, call, isShim }: Asked): string {
  const recipe = new KeyRecipe().add("program", located.path).add("name", nameOf(located.name));
  recipe.add("toolchain", question.toolchain ?? "").add("sysroot", question.sysroot ?? "");
  recipe.add("target", question.target ?? "");
  // the folder decides if rustup does, or if the sysroot is relative to it
  if (isShim || question.sysroot !== undefined) recipe.add("folder", call.cwd);
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

/** The libraries and code generators below a sysroot. */
function partsOf(sysroot: string, targets: ReadonlySet<string>): string[] {
  return foldersOf(sysroot, targets).flatMap((folder) => namesIn(folder).map((name) => `${folder}/${name}`));
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter(({ isFile }) => isFile).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
