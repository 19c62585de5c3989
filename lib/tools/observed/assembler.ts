import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { expandArguments } from "../expand_arguments.ts";
import { refusedVariable } from "../gnu/environment.ts";
import type { Call, ObservedPlan, ReadText } from "../tool.ts";
import { addSurroundings } from "./environment.ts";

/** Options whose value is the next argument, or attached to the letter. */
const TAKES_NEXT = /^(?:-o|-I|--defsym|--debug-prefix-map|-K)$/;

/** What prints, writes a file of its own or tells how long it took. */
const REFUSED = /^(?:-a(?![a-z]*rch)|--listing|--MD|--statistics|-M$|--mri|--dump-config|-Z$)/;
const INFORMATION = /^(?:--help|--target-help|--version|-version|-v)$/;

/** Parses a call of as: its sources, and what they include by themselves, are seen while it runs. */
export function parseAssembler(call: Call, readText: ReadText): ObservedPlan | Uncacheable {
  const refused = refusedVariable(call.env);
  if (refused !== undefined) return refused;
  const expanded = expandArguments(call.args, readText, call);
  if (expanded.kind === "uncacheable") return expanded;
  const sources: string[] = [];
  for (let at = 0; at < expanded.args.length; at++) {
    const arg = expanded.args[at]!;
    if (INFORMATION.test(arg)) return uncacheable("information", arg);
    if (REFUSED.test(arg)) return uncacheable("unknown-option", arg);
    if (/^-o\/dev\//.test(arg)) return uncacheable("special-output", arg);
    if (arg === "-o" && expanded.args[at + 1]?.startsWith("/dev/")) {
      return uncacheable("special-output", expanded.args[at + 1]);
    }
    if (TAKES_NEXT.test(arg)) at++;
    else if (!arg.startsWith("-")) sources.push(arg);
    else if (arg === "-" || arg === "--") return uncacheable("stdin-source", arg);
  }
  if (sources.length === 0) return uncacheable("stdin-source", "no source");
  const recipe = new KeyRecipe().add("family", "assembler").add("tool", call.name);
  for (const arg of expanded.args) recipe.add("arg", arg);
  addSurroundings(recipe, call);
  return {
    kind: "observed",
    family: "assembler",
    work: "compilations",
    recipe,
    parsedFrom: expanded.readFrom,
    reads: sources,
    updates: [],
    replaces: [],
    keeps: "success",
    readsSources: false,
    args: call.args,
    runEnv: [],
  };
}
