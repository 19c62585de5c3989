import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { expandArguments } from "../expand_arguments.ts";
import type { Call, ObservedPlan, ReadText } from "../tool.ts";
import { addSurroundings } from "./environment.ts";

/** Long options of the archivers that stand before the operation, with whether a value follows. */
const LONG: Readonly<Record<string, boolean>> = {
  "--plugin": true,
  "--target": true,
  "--format": true,
  "--output": true,
  "--thin": false,
};

interface Operation {
  /** The letters, as in `rcsD`. */
  readonly letters: string;
  readonly archive: string;
  readonly members: readonly string[];
  /** Whether what the archive held before doesn't count. */
  readonly replaces?: boolean;
}

/** Parses a call of ar or one of its kin: `ar rcs lib.a a.o b.o`. */
export function parseArchive(call: Call, readText: ReadText): ObservedPlan | Uncacheable {
  const expanded = expandArguments(call.args, readText, call);
  if (expanded.kind === "uncacheable") return expanded;
  const operation = readerOf(baseName(call.name))(expanded.args);
  if ("kind" in operation) return operation;
  const { letters, archive, members, replaces = false } = operation;
  // The time, owner and mode of each member go in; no content tells these.
  if (/U/.test(letters)) return uncacheable("output-time", `-${letters}`);
  const recipe = new KeyRecipe().add("family", "archiver").add("tool", call.name);
  for (const arg of expanded.args) recipe.add("arg", arg);
  addSurroundings(recipe, call);
  return {
    kind: "observed",
    family: "archiver",
    work: "links",
    recipe,
    parsedFrom: expanded.readFrom,
    reads: [...members, archive],
    updates: replaces ? [] : [archive],
    replaces: replaces ? [archive] : [],
    keeps: "success",
    readsSources: false,
    args: call.args,
    runEnv: [],
  };
}

function readerOf(name: string): (args: readonly string[]) => Operation | Uncacheable {
  if (/ranlib/.test(name)) return indexing;
  return /libtool/.test(name) ? libraryOf : operationOf;
}

function operationOf(args: readonly string[]): Operation | Uncacheable {
  let at = 0;
  for (let arg = args[at]; arg?.startsWith("--"); arg = args[++at]) {
    const [name, attached] = arg.split("=", 2);
    const takes = LONG[name!];
    if (takes === undefined) {
      return uncacheable(/help|version/.test(arg) ? "information" : "unknown-option", arg);
    }
    if (takes && attached === undefined) at++;
  }
  const letters = args[at]?.replace(/^-/, "") ?? "";
  if (letters === "M") return uncacheable("stdin-source", "-M");
  // what prints, extracts or verifies is quick and needs no cache; `u` compares times, `v` speaks, `i` with names is rare
  if (!/^[rqcsSTDULlPo]+$/.test(letters) || !/[rq]/.test(letters) && letters !== "s" && letters !== "sD") {
    return uncacheable("no-compile", letters);
  }
  const [archive, ...members] = args.slice(at + 1);
  return archive === undefined ? uncacheable("no-compile") : { letters, archive, members };
}

/** `ranlib [-D] lib.a`. */
function indexing(args: readonly string[]): Operation | Uncacheable {
  const options = args.filter((arg) => arg.startsWith("-"));
  const odd = options.find((option) => !/^-[DU]$/.test(option));
  if (odd !== undefined) return uncacheable("unknown-option", odd);
  const files = args.filter((arg) => !arg.startsWith("-"));
  if (files.length !== 1) return uncacheable("no-compile");
  return { letters: options.includes("-U") ? "sU" : "s", archive: files[0]!, members: [] };
}

/** Options of libtool whose value is the next argument. */
const LIBTOOL_VALUE = /^-(?:o|arch_only|syslibroot)$/;

/** `libtool -static -o lib.a a.o b.o`, as Apple's and LLVM's do it; GNU's is another program, which always has a mode. */
function libraryOf(args: readonly string[]): Operation | Uncacheable {
  const at = args.indexOf("-o");
  const archive = args[at + 1];
  const isStatic = args.some((arg) => /^--?static$/.test(arg));
  if (!isStatic || at < 0 || archive === undefined || args.some((arg) => /^--(?:mode|tag)/.test(arg))) {
    return uncacheable("no-compile", "libtool");
  }
  const odd = args.find((arg) => /^-(?:filelist|V|v)/.test(arg));
  if (odd !== undefined) return uncacheable("unknown-option", odd);
  const members = args.filter((arg, i) => !arg.startsWith("-") && !LIBTOOL_VALUE.test(args[i - 1] ?? ""));
  return { letters: args.includes("-U") ? "sU" : "s", archive, members, replaces: true };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
