import { PATHS, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { clangQuoting, expandArguments } from "../expand_arguments.ts";
import { probedVariables, probesBelowFolder, refusedVariable } from "../gnu/environment.ts";
import { languageOf } from "../gnu/language.ts";
import { type Options, Reading, type Word } from "../gnu/reading.ts";
import { recipeOf } from "../gnu/recipe.ts";
import type { Outputs } from "../gnu/outputs.ts";
import type { Call, Discovery, Parsed, Plan, ReadText } from "../tool.ts";
import { hasOption, type Manner } from "./manner.ts";

/** Parses a call in cl's manner: one source, compiled by /c. */
export function parseCl(call: Call, readText: ReadText, manner: Manner): Parsed {
  const quoting = clangQuoting(call.args, "windows");
  const expanded = expandArguments(call.args, readText, { cwd: call.cwd, quoting });
  if (expanded.kind === "uncacheable") return expanded;
  const reading = readArguments(expanded.args, manner);
  if ("kind" in reading) return reading;
  const variable = manner.refused.find((name) => call.env.has(name));
  const refused = refusedSources(reading, manner) ??
    (variable === undefined ? refusedVariable(call.env) : uncacheable("environment", variable));
  if (refused !== undefined) return refused;
  const discovery = manner.discover(reading);
  return "reason" in discovery
    ? discovery
    : planOf(reading, call, { manner, discovery, from: expanded.readFrom });
}

function readArguments(
  args: readonly string[],
  { family, options, namesItself }: Manner,
): Reading | Uncacheable {
  const reading = new Reading(family, false);
  reading.folderCounts = namesItself;
  reading.outputCounts = namesItself;
  for (let at = 0; at < args.length;) {
    const word = wordAt(args, at, options);
    if ("reason" in word) return word;
    at += word.tokens.length;
    reading.words.push(word);
    const action = word.option === "" ? undefined : options.find(word.option)?.meaning;
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
function wordAt(args: readonly string[], at: number, options: Options): Word | Uncacheable {
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
  const row = options.find(dashed);
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

function refusedSources(reading: Reading, { timeless }: Manner): Uncacheable | undefined {
  if (!reading.modes.has("object")) return uncacheable("called-for-link");
  const [source, second] = reading.sources;
  if (source === undefined || reading.linkInputs > 0) return uncacheable("no-compile");
  if (second !== undefined) return uncacheable("multiple-sources", "cl stops at the first that fails");
  if (source.language !== "c" && source.language !== "c++") {
    return uncacheable("unsupported-language", source.path);
  }
  // without it the object's header has the time of day
  if (timeless.some((option) => hasOption(reading, option))) return undefined;
  return uncacheable("output-time", `without /${timeless[0].slice(1)}`);
}

function planOf(
  reading: Reading,
  call: Call,
  found: { readonly manner: Manner; readonly discovery: Discovery; readonly from: readonly string[] },
): Plan | Uncacheable {
  const { path: source, language } = reading.sources[0]!;
  const object = objectOf(reading, source);
  if (typeof object !== "string") return object;
  const main = { role: "object", path: object, required: true } as const;
  const outputs: Outputs = { kind: "outputs", mode: "object", main, depfile: undefined, sides: [] };
  const { family, variables, searched, takenForIncludes } = found.manner;
  const places = variables.flatMap((name) => {
    const value = call.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const recipe = recipeOf(reading, call, { outputs, shared: undefined }).add("manner", "cl");
  for (const [name, value] of places) recipe.add("env", `${name}=${value}`);
  for (const name of searched) {
    const list = call.env.get(name)?.split(PATHS.listSeparator) ?? [];
    reading.search.system.push(...list.filter((folder) => folder !== ""));
  }
  const args = [...call.args];
  const asks = found.discovery.how === "private-depfile";
  return {
    kind: "plan",
    family,
    source,
    language,
    recipe,
    inputs: [source, ...reading.inputs],
    parsedFrom: found.from,
    search: reading.search,
    probe: {
      language,
      args: reading.probe,
      env: [...probedVariables(call.env), ...places],
      folder: reading.probeIsRelative || probesBelowFolder(call.env) ? call.cwd : undefined,
      manner: family === "msvc" ? "banner" : "cl",
    },
    discovery: found.discovery,
    outputs: [main],
    hostCpu: reading.hostCpu,
    forcedIncludes: reading.forcedIncludes,
    headerSuffixes: [],
    searchesIncluders: true,
    mustBeAbsent: reading.forcedIncludes.flatMap((name) => takenForIncludes.map((end) => name + end)),
    definedClockMacros: reading.definedClockMacros,
    commentsCount: reading.commentsCount,
    definesCount: reading.holdsArguments,
    runArgs: (depfile) => asks ? [...args, "/clang:-MD", `/clang:-MF${depfile}`] : args,
    userDepfileArgs: undefined,
    runEnv: [],
    // it runs without maps
    unshared: call.roots && { reason: "unsupported_language", detail: family },
    preprocessArgs: undefined,
    definitions: undefined,
  };
}

/** A name that ends with a slash is a folder's, one without an ending gets one. */
function objectOf(reading: Reading, source: string): string | Uncacheable {
  const given = reading.output ?? "";
  const base = source.slice(source.lastIndexOf("/") + 1);
  const stem = base.slice(0, base.lastIndexOf("."));
  if (/[\\:*?"<>|]/.test(given.slice(PATHS.rootOf(given).length)) || given.startsWith("/dev/")) {
    return uncacheable("special-output", given);
  }
  if (given === "" || given.endsWith("/")) return `${given}${stem}.obj`;
  return /\.[^/]*$/.test(given) ? given : `${given}.obj`;
}
