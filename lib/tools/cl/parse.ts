import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import { clangQuoting, expandArguments } from "../expand_arguments.ts";
import { probedVariables, probesBelowFolder, refusedVariable } from "../gnu/environment.ts";
import { languageOf } from "../gnu/language.ts";
import { Reading, type Word } from "../gnu/reading.ts";
import { recipeOf } from "../gnu/recipe.ts";
import type { Outputs } from "../gnu/outputs.ts";
import type { Call, Discovery, Parsed, Plan, ReadText } from "../tool.ts";
import { CL_OPTIONS } from "./options.ts";

/** Variables that put arguments around the command's. */
const ADDS_ARGUMENTS = ["CL", "_CL_"];

/** Where the compiler finds what comes with Windows. */
const SEARCHED = ["INCLUDE", "EXTERNAL_INCLUDE", "VCToolsInstallDir", "VCINSTALLDIR", "WindowsSdkDir"];

/** Parses a call of clang in cl's manner: one source, compiled by /c. */
export function parseCl(call: Call, readText: ReadText): Parsed {
  const quoting = clangQuoting(call.args, "windows");
  const expanded = expandArguments(call.args, readText, { cwd: call.cwd, quoting });
  if (expanded.kind === "uncacheable") return expanded;
  const reading = readArguments(expanded.args);
  if ("kind" in reading) return reading;
  const added = ADDS_ARGUMENTS.find((name) => call.env.has(name));
  const refused = refusedSources(reading) ??
    (added === undefined ? refusedVariable(call.env) : uncacheable("environment", added));
  if (refused !== undefined) return refused;
  const discovery = discoveryOf(reading);
  return "reason" in discovery ? discovery : planOf(reading, call, { discovery, from: expanded.readFrom });
}

function readArguments(args: readonly string[]): Reading | Uncacheable {
  const reading = new Reading("clang", false);
  for (let at = 0; at < args.length;) {
    const word = wordAt(args, at);
    if ("reason" in word) return word;
    at += word.tokens.length;
    reading.words.push(word);
    const action = word.option === "" ? undefined : CL_OPTIONS.find(word.option)?.meaning;
    const refused = action === undefined ? undefined : action(reading, word);
    if (refused !== undefined) return refused;
  }
  // /TC and /TP hold for sources before them too
  for (const { value } of reading.words.filter((word) => word.option === "")) {
    const found = languageOf(value, reading.language, false);
    if (found === undefined) reading.linkInputs++;
    else if ("refuse" in found) return uncacheable(found.refuse, value);
    else reading.sources.push({ path: value, language: found.language });
  }
  return reading;
}

/** An option, with a dash or a slash, or a file. */
function wordAt(args: readonly string[], at: number): Word | Uncacheable {
  const arg = args[at]!;
  const isSlashed = arg.startsWith("/");
  if (!isSlashed && (!arg.startsWith("-") || arg === "-")) {
    return arg === "-" ? uncacheable("stdin-source") : {
      option: "",
      value: arg,
      tokens: [arg],
      part: "source",
    };
  }
  const dashed = isSlashed ? `-${arg.slice(1)}` : arg;
  const row = CL_OPTIONS.find(dashed);
  // with a slash it may be a path as well
  if (row === undefined) return uncacheable("unknown-option", arg);
  const attached = dashed.slice(row.name.length);
  if (row.takes === "none" || row.takes === "joined" || (row.takes === "either" && attached !== "")) {
    return { option: row.name, value: attached, tokens: [arg], part: "key" };
  }
  const value = args[at + 1];
  if (value === undefined) return uncacheable("unknown-option", arg);
  return { option: row.name, value, tokens: [arg, value], part: "key" };
}

function refusedSources(reading: Reading): Uncacheable | undefined {
  if (!reading.modes.has("object")) return uncacheable("called-for-link");
  const [source, second] = reading.sources;
  if (source === undefined || reading.linkInputs > 0) return uncacheable("no-compile");
  if (second !== undefined) return uncacheable("multiple-sources", "cl stops at the first that fails");
  if (source.language !== "c" && source.language !== "c++") {
    return uncacheable("unsupported-language", source.path);
  }
  // without it the object's header has the time of day
  return has(reading, "-Brepro") ? undefined : uncacheable("output-time", "without /Brepro");
}

/** Where arguments may be added a list is asked for; where the object holds them, the caller's own one must do. */
function discoveryOf(reading: Reading): Discovery | Uncacheable {
  if (!reading.holdsArguments) return { how: "private-depfile" };
  if (has(reading, "-showIncludes")) return { how: "listed-includes" };
  return uncacheable("unknown-option", "the object holds the arguments, and no /showIncludes");
}

function has(reading: Reading, option: string): boolean {
  return reading.words.some((word) => word.option === option);
}

function planOf(
  reading: Reading,
  call: Call,
  found: { readonly discovery: Discovery; readonly from: readonly string[] },
): Plan | Uncacheable {
  const { path: source, language } = reading.sources[0]!;
  const object = objectOf(reading, source);
  if (typeof object !== "string") return object;
  const main = { role: "object", path: object, required: true } as const;
  const outputs: Outputs = { kind: "outputs", mode: "object", main, depfile: undefined, sides: [] };
  const searched = SEARCHED.flatMap((name) => {
    const value = call.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const recipe = recipeOf(reading, call, outputs).add("manner", "cl");
  for (const [name, value] of searched) recipe.add("env", `${name}=${value}`);
  const args = [...call.args];
  const asks = found.discovery.how === "private-depfile";
  return {
    kind: "plan",
    family: "clang",
    source,
    language,
    recipe,
    inputs: [source, ...reading.inputs],
    parsedFrom: found.from,
    search: reading.search,
    probe: {
      language,
      args: reading.probe,
      env: [...probedVariables(call.env), ...searched],
      folder: reading.probeIsRelative || probesBelowFolder(call.env) ? call.cwd : undefined,
      manner: "cl",
    },
    discovery: found.discovery,
    outputs: [main],
    hostCpu: reading.hostCpu,
    forcedIncludes: reading.forcedIncludes,
    headerSuffixes: [],
    mustBeAbsent: reading.forcedIncludes.flatMap((name) => [`${name}.pch`, `${name}.gch`]),
    definedClockMacros: reading.definedClockMacros,
    commentsCount: reading.commentsCount,
    definesCount: reading.holdsArguments,
    runArgs: (depfile) => asks ? [...args, "/clang:-MD", `/clang:-MF${depfile}`] : args,
    userDepfileArgs: undefined,
    runEnv: [],
    preprocessArgs: undefined,
  };
}

/** A name that ends with a slash is a folder's, one without an ending gets one. */
function objectOf(reading: Reading, source: string): string | Uncacheable {
  const given = reading.output ?? "";
  const base = source.slice(source.lastIndexOf("/") + 1);
  const stem = base.slice(0, base.lastIndexOf("."));
  if (/[\\:*?"<>|]/.test(given) || given.startsWith("/dev/")) return uncacheable("special-output", given);
  if (given === "" || given.endsWith("/")) return `${given}${stem}.obj`;
  return /\.[^/]*$/.test(given) ? given : `${given}.obj`;
}
