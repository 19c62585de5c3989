import { absolutePath, type PathMap } from "../../core/mod.ts";
import type { Call, Unshared } from "../tool.ts";
import { variableWithRoot } from "./environment.ts";
import type { Reading, Word } from "./reading.ts";

/** How a call is run so that its results don't say where the checkout is. */
export interface Shared {
  readonly roots: PathMap;
  /** Whether the run is told what the caller's folder is called, so that its own name doesn't show. */
  readonly namesFolder: boolean;
  /** Options that go before the caller's own, so that the caller's win. */
  readonly args: readonly string[];
  /** Variables for the run, as in `Plan.runEnv`. */
  readonly env: readonly string[];
}

const LANGUAGES: ReadonlySet<string> = new Set(["c", "c++", "objective-c", "objective-c++"]);

/** Options whose value is a path that shows nowhere but in what the prefix maps rewrite. */
const PATHS: ReadonlySet<string> = new Set([
  "-I",
  "-idirafter",
  "-imacros",
  "-include",
  "-iquote",
  "-isystem",
]);

/** Options by which paths get into the result as hashes, compressed, or past the prefix maps. */
const SENSITIVE = new RegExp(
  "^(?:" + [
    "--coverage",
    "-f(?:profile|coverage|cs-profile|memory-profile|test-coverage|instr)",
    "-f(?:no-)?sanitize",
    "-f(?:unique-internal-linkage-names|canon-prefix-map|debug-types-section)",
    "-gz",
    "-gcodeview",
    "-W[al],.*compress-debug",
    "--compress-debug",
  ].join("|") + ")",
);

const FILE_MAP = "-ffile-prefix-map=";

/** Makes a call's results the same in every checkout; or says why they stay with this one. */
export function shareCall(reading: Reading, call: Call, roots: PathMap): Shared | Unshared {
  const { path, language } = reading.sources[0]!;
  if (!LANGUAGES.has(language)) return { reason: "unsupported_language", detail: language };
  if (!roots.isPlain) return { reason: "path_sensitive_arg", detail: roots.roots[0]?.path ?? "" };
  const source = absolutePath(path, call.cwd);
  const isOutside = (at: string) => roots.toCommon(at) === at;
  // where only the output is in the checkout, source and folder are the same for all of them
  if (isOutside(source) && !isOutside(call.cwd)) return { reason: "path_outside_root", detail: path };
  const sensitive = sensitiveArgument(reading, roots) ??
    variableWithRoot(call.env, roots);
  if (sensitive !== undefined) return { reason: "path_sensitive_arg", detail: sensitive };
  if (reading.words.some((word) => mapsRoot(word, roots))) {
    return { roots, namesFolder: false, args: [], env: [] };
  }
  return { roots, ...mapped(reading, call, roots) };
}

/** The tokens of a word as they go into the key. */
export function commonTokens(word: Word, roots: PathMap): readonly string[] {
  if (PATHS.has(word.option)) return [word.option, roots.toCommon(word.value)];
  if (!mapsRoot(word, roots)) return word.tokens;
  const [from, to] = mapOf(word);
  return [`${FILE_MAP}${roots.toCommon(from)}=${to}`];
}

function sensitiveArgument(reading: Reading, roots: PathMap): string | undefined {
  if (reading.holdsArguments || reading.emitsLlvm || reading.linkTimeOptimisation) {
    return reading.words.find(({ option }) => /^-(?:flto|emit-llvm|.*record-)/.test(option))?.tokens.join(
      " ",
    ) ??
      "the arguments";
  }
  // clang takes the folder's name in debug information for the place of the .dwo file
  if (reading.splitDwarf && reading.family === "clang") return "-gsplit-dwarf";
  for (const word of reading.words) {
    const text = word.tokens.join(" ");
    if (SENSITIVE.test(text)) return text;
    if (word.part !== "key" || PATHS.has(word.option) || mapsRoot(word, roots)) continue;
    if (roots.mentions(text)) return text;
  }
  return undefined;
}

/** Whether the caller maps a root away by itself: then that is what counts. */
function mapsRoot(word: Word, roots: PathMap): boolean {
  if (!word.tokens[0]!.startsWith(FILE_MAP)) return false;
  const [from, to] = mapOf(word);
  return roots.roots.some(({ path }) => path === from) && !roots.mentions(to);
}

/** The two sides of a `-ffile-prefix-map`, the first without a slash at its end. */
function mapOf(word: Word): readonly [from: string, to: string] {
  const map = word.tokens[0]!.slice(FILE_MAP.length);
  const at = map.lastIndexOf("=");
  return [map.slice(0, Math.max(0, at)).replace(/\/$/, ""), map.slice(at + 1)];
}

/**
 * The maps. `__FILE__` and kin get names relative to the root. Debug information gets names relative to the caller's folder,
 * and this folder relative to the root: a debugger that was started in the root finds the sources by both together, one that
 * was started in the build folder by the names alone.
 */
function mapped(reading: Reading, call: Call, roots: PathMap): Omit<Shared, "roots"> {
  const home = roots.roots.find(({ path }) => call.cwd === path || call.cwd.startsWith(`${path}/`));
  const macros = roots.roots.map(({ path }) => `-fmacro-prefix-map=${path}/=./`);
  const others = roots.roots.filter((root) => root !== home);
  const debug = others.map(({ path }) => `-fdebug-prefix-map=${path}/=./`);
  if (home === undefined) return { namesFolder: false, args: [...macros, ...debug], env: [] };
  const below = call.cwd.slice(home.path.length);
  const up = below === "" ? "./" : "../".repeat(below.split("/").length - 1);
  debug.push(`-fdebug-prefix-map=${home.path}/=${up}`);
  if (below !== "") debug.push(`-fdebug-prefix-map=${call.cwd}/=./`);
  if (reading.family === "clang") {
    return { namesFolder: true, args: [...macros, ...debug, `-fdebug-compilation-dir=.${below}`], env: [] };
  }
  // gcc takes the folder's name from PWD; by this spelling, which no other path has, its map holds for nothing else
  const marked = `${home.path}//.`;
  const args = [...macros, ...debug, `-fdebug-prefix-map=${marked}=.`];
  return { namesFolder: true, args, env: [`PWD=${marked}${below}`] };
}
