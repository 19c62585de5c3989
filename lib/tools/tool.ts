import type { KeyRecipe, PathMap, Reason, Uncacheable } from "../core/mod.ts";
import type { CratePlan, QueryPlan } from "./rustc/plan.ts";

/** A family of compilers that one adapter understands; "msvc" is Microsoft's own cl.exe. */
export type Family = "gcc" | "clang" | "msvc";

/** A family of tools: compilers, and those whose runs are observed. */
export type ToolFamily =
  | Family
  | "linker"
  | "archiver"
  | "cl"
  | "assembler"
  | "fortran"
  | "clang-tidy"
  | "iwyu"
  | "emscripten"
  | "rustc"
  | "rustfmt";

/** The work that is counted apart. */
export type Work = "compilations" | "links";

/** A call of a tool, text throughout: calls whose bytes are not UTF-8 never get here. */
export interface Call {
  /** The program as typed (`argv[0]`). */
  readonly name: string;
  /** The program's real path, when known: tells a `mycc` that is a link to g++ from one that is a link to gcc. */
  readonly exe?: string;
  /** Arguments after the program, response files not expanded. */
  readonly args: readonly string[];
  /** The caller's folder, absolute. */
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  /** The checkout's folders, where its results shall be shared with others of the same repository. */
  readonly roots?: PathMap | undefined;
  /** Whether the tool's messages go to a terminal, whether its input is that terminal, and its width (0 = unknown). */
  readonly terminal: {
    readonly stderr: boolean;
    readonly stdout?: boolean;
    readonly stdin?: boolean;
    readonly columns: number;
  };
  /** Whether both output streams go to the same file: then the order of what is written to them shows. */
  readonly sameStream?: boolean;
  /** Whether standard input surely has nothing to read. */
  readonly noInput?: boolean;
  /** Whether the program is a script that may do anything. */
  readonly isScript?: boolean;
}

/** Why the results of a call stay with one checkout, and what it's about. */
export interface Unshared {
  readonly reason: Reason;
  readonly detail?: string;
}

/** What a produced file is; the name is stored with the result and never reused for another meaning. */
export type Role =
  | "object"
  | "assembly"
  | "depfile"
  | "dwo"
  | "gcno"
  | "su"
  | "ci"
  | "cdylib"
  | "dylib"
  | "executable"
  | "llvm-bc"
  | "llvm-ir"
  | "metadata"
  | "mir"
  | "object-file"
  | "proc-macro"
  | "rlib"
  | "staticlib";

/** A file that the tool writes. `path` as spelled (relative to the caller's folder). */
export interface Output {
  readonly role: Role;
  readonly path: string;
  /** Whether a successful run always leaves it. */
  readonly required: boolean;
  /** Whether the tool writes into what stands there, instead of putting a new file in its place. */
  readonly writtenInto?: boolean;
}

/** The folders that are searched for included files, as spelled on the command line or in the environment, in the tool's order. */
export interface SearchPath {
  /** `-iquote`, for `#include "x"` only. */
  readonly quote: readonly string[];
  /** `-I` and kin, then `-isystem`; before the compiler's own folders. */
  readonly angle: readonly string[];
  readonly system: readonly string[];
  /** `-idirafter`; after the compiler's own folders. */
  readonly after: readonly string[];
}

/**
 * What to ask the compiler driver about itself: its own include folders and the programs it runs depend on these
 * arguments and nothing else of the call. Equal probes have equal answers.
 */
export interface Probe {
  /** The language given to `-x`: c, c++, objective-c, objective-c++, assembler-with-cpp. */
  readonly language: string;
  /** Arguments such as --sysroot, -m32, -B, -specs, -stdlib, -nostdinc, --target, in order. */
  readonly args: readonly string[];
  /**
   * Environment variables that the driver's own set-up reads (COMPILER_PATH, PATH …), those that are set. Not CPATH and
   * kin: their folders are in `SearchPath`.
   */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** The caller's folder if an argument may be relative to it (`-B.`): the probe runs there. */
  readonly folder: string | undefined;
  /** How the driver takes its arguments, or that it says all it has to say without any; as gcc does if not given. */
  readonly manner?: "cl" | "banner";
}

/** How the inputs that the command line doesn't name become known after a run. */
export type Discovery =
  /** The depfile that the user asked for lists everything (-MD). */
  | { readonly how: "user-depfile"; readonly path: string }
  /** We add options that write a private depfile. */
  | { readonly how: "private-depfile" }
  /**
   * The user's depfile leaves out system headers (-MMD): the run writes a private full one instead of the user's, and
   * `filterDepfile` makes the user's from it. Where it can't tell, `Plan.userDepfileArgs` writes it.
   */
  | { readonly how: "filtered-depfile"; readonly path: string }
  /** The tool's output lists them (/showIncludes). */
  | { readonly how: "listed-includes" }
  /** The tool reads nothing but `inputs`. */
  | { readonly how: "nothing" };

/** A call that can be answered from the cache. */
export interface Plan {
  readonly kind: "plan";
  readonly family: Family;
  /** The source as spelled. */
  readonly source: string;
  readonly language: string;
  /**
   * Everything the outputs depend on but the tool's identity, the include folders' own answers and the contents of files:
   * normalised arguments, environment, the folder where it is embedded.
   */
  readonly recipe: KeyRecipe;
  /** Files known before the run whose content counts, as spelled: the source first, then -specs, profiles, lists. */
  readonly inputs: readonly string[];
  /** Response files that were read for this plan, absolute: when one changes, the call is parsed again. */
  readonly parsedFrom: readonly string[];
  readonly search: SearchPath;
  readonly probe: Probe;
  readonly discovery: Discovery;
  /** What the run leaves; with a "filtered-depfile" the user's depfile is not among them, as the tool doesn't write it. */
  readonly outputs: readonly Output[];
  /** Whether the result depends on the processor that the tool runs on (-march=native): the caller adds what identifies it. */
  readonly hostCpu: boolean;
  /** Names from `-include` and `-imacros`: looked for like `#include "name"`, beginning in the caller's folder. */
  readonly forcedIncludes: readonly string[];
  /** Whether a quoted name is also looked for in the folders of all who include the file in which it stands. */
  readonly searchesIncluders?: boolean;
  /** What is looked for beside every header: gcc takes `x.h.gch` for `x.h`. */
  readonly headerSuffixes: readonly string[];
  /** Paths (as spelled) that the tool would use though no depfile names them (clang's `x.h.pch`): if one is there, refuse (pch-input). */
  readonly mustBeAbsent: readonly string[];
  /** `__DATE__` and kin that the command line itself defines: using these is no use of the clock. */
  readonly definedClockMacros: readonly string[];
  /** Whether comments can show in the result other than by messages (clang -g's checksums, -C, documentation warnings). */
  readonly commentsCount: boolean;
  /** Whether -D and -U can show in the result other than by the tokens that the preprocessor makes (-g3). */
  readonly definesCount: boolean;
  /** What to run on a miss: `argv` without the program; `depfile` is where a private depfile may be written. */
  runArgs(depfile: string): readonly string[];
  /** Arguments that do nothing but write the user's -MMD depfile; only with "filtered-depfile". */
  readonly userDepfileArgs: readonly string[] | undefined;
  /** Variables to set (`NAME=VALUE`) or unset (`NAME`) for the run. */
  readonly runEnv: readonly string[];
  /** The folders whose place is not in the key, and that the results don't show. */
  readonly roots?: PathMap | undefined;
  /** Options that `runArgs` puts before the caller's own, because of `roots`. */
  readonly mapArgs?: readonly string[] | undefined;
  /** Whether messages are broken by their width, so that they depend on how long paths are. */
  readonly wrapsMessages?: boolean;
  /** Why the call's `roots` were not heeded. */
  readonly unshared?: Unshared | undefined;
  /** Arguments that preprocess this source to standard output, for the second chance; undefined if that would not tell. */
  readonly preprocessArgs: readonly string[] | undefined;
  /** What the command line says of macros; undefined if a name that stands nowhere in the sources could yet show. */
  readonly definitions: Definitions | undefined;
}

/** The macros of a command line. */
export interface Definitions {
  /** -D and -U with their values, in order (`-DX=1`). */
  readonly words: readonly string[];
  /** Arguments that print, as `#define` lines, the macros that are there before any file is read and without `words`. */
  readonly macrosArgs: readonly string[];
}

/**
 * A call that can be answered from the cache, of which arguments don't tell all that it reads and writes: the run is observed
 * (docs/decisions/0007-observed-runs.md). Paths are as spelled unless said otherwise.
 */
export interface ObservedPlan {
  readonly kind: "observed";
  readonly family: ToolFamily;
  readonly work: Work;
  /** Everything the outputs depend on but files: arguments, environment, the folder. */
  readonly recipe: KeyRecipe;
  /** Files that were read for this plan, absolute: what they say is in the recipe, so they are no inputs of the run. */
  readonly parsedFrom: readonly string[];
  /** Files that the run is known to read: their folders are watched before it begins. */
  readonly reads: readonly string[];
  /** Files that the run changes, whose content before it counts (an archive that is added to). */
  readonly updates: readonly string[];
  /** Files that the run replaces, whatever they held, though it may look into them. */
  readonly replaces: readonly string[];
  /** Whether it writes into what stands there, instead of putting new files in its place. */
  readonly writesInto?: boolean;
  /** Which runs are kept: those that succeed, or any that ends by itself. */
  readonly keeps: "success" | "always";
  /** Whether C sources are read: then what they say of the clock counts. */
  readonly readsSources: boolean;
  /** What to run on a miss, without the program. */
  readonly args: readonly string[];
  /** Variables to set (`NAME=VALUE`) or unset (`NAME`) for the run. */
  readonly runEnv: readonly string[];
}

/** A call that compiles several sources at once: a plan for each of them, and how to run some of them in one process. */
export interface Batch {
  readonly kind: "batch";
  /** In the order of the command line; each is the plan of the same call with this source alone. */
  readonly plans: readonly Plan[];
  /** Response files that were read, absolute. */
  readonly parsedFrom: readonly string[];
  /** Whether the run writes dependency lists to the `depfile` it's given, each over the one before. */
  readonly lists: boolean;
  /**
   * What to run for some of the sources: `argv` without the program.
   *
   * @param wanted indices of `plans`
   */
  runArgs(wanted: readonly number[], depfile: string): readonly string[];
}

/** Reads a text file for the parser (response files, wrapper scripts); undefined if it can't be read or is not UTF-8. */
export type ReadText = (absolutePath: string) => string | undefined;

/** A plan, several, or the reason why there is none. */
export type Parsed = Plan | Batch | ObservedPlan | CratePlan | QueryPlan | Uncacheable;
