import { isCompilerLike } from "./detect.ts";
import { expandArguments } from "./expand_arguments.ts";
import type { Call, ReadText } from "./tool.ts";

/** The variable that asks for the check; the launcher sends `--strict-paths` in its place, behind the caller's own. */
export const STRICT_PATHS = "ZCCACHE_STRICT_PATHS";

/** What is asked of a compiler's path flags. */
type StrictMode = "off" | "consistent" | "absolute";

/** Why a command is not run at all: what its caller is told, and the flag. */
export interface StrictRefusal {
  readonly message: string;
  readonly detail: string;
}

const MODES: ReadonlyMap<string, StrictMode> = new Map([
  ["off", "off"],
  ["0", "off"],
  ["consistent", "consistent"],
  ["absolute", "absolute"],
  ["1", "absolute"],
  ["true", "absolute"],
]);

/** Options with a path behind the name or in the next argument; the longest name first where one begins another. */
const EITHER = ["-iframework", "-idirafter", "-isystem", "-iquote", "-imsvc", "-I", "-F"];
/** Options with a path in the next argument only. */
const NEXT = ["-include-pch", "-include", "-imacros"];
/** Options that only begin like one of those. */
const OTHERS = /^-(?:I-|isystem-after|iframeworkwithsysroot)/;

/** A path flag of a command. */
interface PathFlag {
  readonly option: string;
  /** The arguments it's made of, as written. */
  readonly spelled: string;
  readonly path: string;
}

/** Checks a call's path flags as its environment asks, response files looked into; undefined if nothing is wrong. */
export function strictPathsRefusal(call: Call, readText: ReadText): StrictRefusal | undefined {
  const word = call.env.get(STRICT_PATHS);
  if (word === undefined) return undefined;
  const mode = MODES.get(word);
  if (mode === undefined) {
    const message = `zccache: invalid strict paths mode '${word}'; expected off, consistent, or absolute\n`;
    return { message, detail: word };
  }
  if (mode === "off" || !isCompilerLike(call.name)) return undefined;
  const expanded = expandArguments(call.args, readText, call);
  // a response file that can't be read is the compiler's to report
  const args = expanded.kind === "expanded" ? expanded.args : call.args;
  const found = violation(mode, pathFlags(args, /(?:^|[/-])(?:clang-)?cl(?:\.exe)?$/i.test(call.name)));
  if (found === undefined) return undefined;
  const { flag, expected } = found;
  const head = `zccache: ${flag.option} flag \`${flag.spelled}\` violates --strict-paths=${mode}`;
  const message = `${head} (expected ${expected}).\n         Caller: ${[call.name, ...args].join(" ")}\n`;
  return { message, detail: flag.spelled };
}

function pathFlags(args: readonly string[], likeCl: boolean): PathFlag[] {
  const flags: PathFlag[] = [];
  const either = likeCl ? [...EITHER, "/I"] : EITHER;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (OTHERS.test(arg)) continue;
    const next = args[at + 1];
    if (NEXT.includes(arg) || either.includes(arg)) {
      if (next === undefined) break;
      flags.push({ option: arg, spelled: `${arg} ${next}`, path: next });
      at++;
      continue;
    }
    const option = either.find((name) => arg.startsWith(name));
    if (option !== undefined) flags.push({ option, spelled: arg, path: arg.slice(option.length) });
  }
  return flags;
}

function violation(
  mode: "consistent" | "absolute",
  flags: readonly PathFlag[],
): { readonly flag: PathFlag; readonly expected: string } | undefined {
  let separator: string | undefined;
  for (const flag of flags) {
    const { path } = flag;
    if (mode === "absolute") {
      const expected = wantedOfAbsolute(path);
      if (expected !== undefined) return { flag, expected };
      continue;
    }
    const [slash, backslash] = [path.includes("/"), path.includes("\\")];
    if (slash && backslash) return { flag, expected: "one separator style per path" };
    const used = slash ? "/" : backslash ? "\\" : undefined;
    if (used !== undefined && separator !== undefined && used !== separator) {
      return { flag, expected: "all checked paths to use the same separator style" };
    }
    separator ??= used;
  }
  return undefined;
}

function wantedOfAbsolute(path: string): string | undefined {
  if (path.includes("\\") || !/^(?:[A-Za-z]:)?\//.test(path)) return "forward-slash absolute path";
  const dotted = path.split("/").some((part) => part === "." || part === "..");
  return dotted ? "normalized path without /./ or /../ components" : undefined;
}
