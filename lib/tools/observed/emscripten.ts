import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { expandArguments } from "../expand_arguments.ts";
import type { Call, ObservedPlan, ReadText } from "../tool.ts";
import { addSurroundings } from "./environment.ts";

/** Arguments that ask for information, or do something with Emscripten's own cache. */
const NO_WORK =
  /^(?:-v|--version|--help|-###|--show-ports|--clear-cache|--clear-ports|--check|--cflags|--generate-config.*|-dumpmachine|-dumpversion|-print-.*)$/;

/** Options that stop before linking. */
const STOPS = new Set(["-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"]);

/**
 * Parses a call of emcc or em++. They are scripts that run a compiler, a linker and JavaScript tools over their own tree; the
 * run is observed, so the tree's files, its configuration and its cache of system libraries are inputs like any other. A run that
 * builds a system library on the way depends on what was not there yet.
 */
export function parseEmscripten(call: Call, readText: ReadText): ObservedPlan | Uncacheable {
  const expanded = expandArguments(call.args, readText, call);
  if (expanded.kind === "uncacheable") return expanded;
  const { args } = expanded;
  const asks = args.find((arg) => NO_WORK.test(arg));
  if (asks !== undefined) return uncacheable("information", asks);
  if (args.includes("-")) return uncacheable("stdin-source");
  const recipe = new KeyRecipe().add("family", "emscripten").add("tool", call.name);
  for (const arg of args) recipe.add("arg", arg);
  addSurroundings(recipe, { ...call, isScript: true });
  const at = args.lastIndexOf("-o");
  const output = at < 0 ? undefined : args[at + 1];
  return {
    kind: "observed",
    family: "emscripten",
    work: args.some((arg) => STOPS.has(arg)) ? "compilations" : "links",
    recipe,
    parsedFrom: expanded.readFrom,
    reads: args.filter((arg) => !arg.startsWith("-")),
    updates: [],
    replaces: output === undefined ? besides("a.out") : [output, ...besides(output)],
    keeps: "success",
    readsSources: true,
    args: call.args,
    runEnv: [],
  };
}

/** What stands beside an output and is replaced with it: `a.js`, `a.wasm`, `a.html` … */
function besides(output: string): string[] {
  const stem = output === "a.out" ? output : output.replace(/\.[^./]*$/, "");
  return ["js", "mjs", "html", "wasm", "wasm.map", "worker.js", "data", "js.mem", "js.symbols"].map((
    suffix,
  ) => `${stem}.${suffix}`);
}
