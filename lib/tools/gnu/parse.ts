import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import { CLANG_OPTIONS } from "../clang/options.ts";
import { clangQuoting, expandArguments } from "../expand_arguments.ts";
import { GCC_OPTIONS } from "../gcc/options.ts";
import type { Call, Discovery, Family, Parsed, Plan, ReadText, Unshared } from "../tool.ts";
import { batchOf, type PlanFor } from "./batch.ts";
import { shareCall, type Shared } from "./checkout.ts";
import {
  addSearchedByEnvironment,
  probedVariables,
  probesBelowFolder,
  refusedVariable,
} from "./environment.ts";
import { definitionsOf } from "./definitions.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { readArguments } from "./read_arguments.ts";
import type { Reading } from "./reading.ts";
import { fullDepfileArguments, preprocessArguments, userDepfileArguments } from "./rebuild.ts";
import { recipeOf } from "./recipe.ts";

/** Parses a call of gcc or clang: expand, read, check, name the outputs, then what the key holds and how a miss runs. */
export function parseGnu(family: Family, call: Call, readText: ReadText): Parsed {
  const quoting = family === "clang" ? clangQuoting(call.args, "gnu") : "gnu";
  const expanded = expandArguments(call.args, readText, { cwd: call.cwd, quoting });
  if (expanded.kind === "uncacheable") return expanded;
  const options = family === "gcc" ? GCC_OPTIONS : CLANG_OPTIONS;
  const reading = readArguments(family, call, { args: expanded.args, options });
  if ("kind" in reading) return reading;
  const refused = refusedSources(reading) ?? refusedVariable(call.env);
  if (refused !== undefined) return refused;

  const from = expanded.readFrom;
  const planFor: PlanFor = (alone, itsCall) => planOfOne(alone, itsCall, from);
  return reading.sources.length > 1 ? batchOf(reading, call, { from, planFor }) : planFor(reading, call);
}

/** The plan of a call with one source. */
function planOfOne(reading: Reading, call: Call, parsedFrom: readonly string[]): Plan | Uncacheable {
  const { path, language } = reading.sources[0]!;
  const outputs = outputsOf(reading, path, language);
  if (outputs.kind === "uncacheable") return outputs;
  const discovery = discoveryOf(reading, outputs);
  const adds = discovery.how === "private-depfile" || discovery.how === "filtered-depfile";
  if (reading.holdsArguments && adds && reading.family === "clang") {
    return uncacheable("unknown-option", "the object holds the arguments");
  }
  addSearchedByEnvironment(reading, language, call.env);
  const sharing = call.roots && shareCall(reading, call, call.roots);
  const findings = { outputs, discovery, parsedFrom, sharing };
  return planOf(reading, call, findings);
}

/** Sources, compiled, and nothing for the linker. */
function refusedSources(reading: Reading): Uncacheable | undefined {
  if (reading.sources.length === 0 && reading.linkInputs === 0) return uncacheable("no-compile");
  if (reading.modes.size === 0) return uncacheable("called-for-link");
  return reading.linkInputs > 0 || reading.sources.length === 0 ? uncacheable("no-compile") : undefined;
}

function discoveryOf(reading: Reading, outputs: Outputs): Discovery {
  if (reading.sources[0]!.language === "assembler") return { how: "nothing" };
  if (outputs.depfile === undefined) return { how: "private-depfile" };
  return {
    how: reading.depfile.kind === "MD" ? "user-depfile" : "filtered-depfile",
    path: outputs.depfile.path,
  };
}

interface Findings {
  readonly outputs: Outputs;
  readonly discovery: Discovery;
  readonly parsedFrom: readonly string[];
  readonly sharing: Shared | Unshared | undefined;
}

function planOf(reading: Reading, call: Call, findings: Findings): Plan {
  const { outputs, discovery, sharing } = findings;
  const shared = sharing !== undefined && "roots" in sharing ? sharing : undefined;
  const { path: source, language } = reading.sources[0]!;
  const filtered = discovery.how === "filtered-depfile";
  const toolWrites = filtered || outputs.depfile === undefined ? [] : [outputs.depfile];
  return {
    kind: "plan",
    family: reading.family,
    source,
    language,
    recipe: recipeOf(reading, call, { outputs, shared }),
    inputs: [source, ...reading.inputs],
    parsedFrom: findings.parsedFrom,
    search: reading.search,
    probe: {
      language,
      args: reading.probe,
      env: probedVariables(call.env),
      folder: reading.probeIsRelative || probesBelowFolder(call.env) ? call.cwd : undefined,
    },
    discovery,
    outputs: [outputs.main, ...toolWrites, ...outputs.sides],
    hostCpu: reading.hostCpu,
    forcedIncludes: reading.forcedIncludes,
    headerSuffixes: reading.family === "gcc" ? [".gch"] : [],
    mustBeAbsent: reading.family === "gcc"
      ? []
      : reading.forcedIncludes.flatMap((name) => [`${name}.pch`, `${name}.gch`]),
    definedClockMacros: reading.definedClockMacros,
    commentsCount: commentsCount(reading, language),
    definesCount: definesCount(reading),
    runArgs: fillIn([...shared?.args ?? [], ...runArguments(reading, call.args, findings)]),
    userDepfileArgs: filtered
      ? userDepfileArguments(reading, { target: outputs.main.path, depfile: discovery.path })
      : undefined,
    runEnv: shared?.env ?? [],
    roots: shared?.roots,
    mapArgs: shared?.args,
    wrapsMessages: call.terminal.stderr || reading.words.some((word) => WIDTH.test(word.tokens[0]!)),
    unshared: sharing !== undefined && "reason" in sharing ? sharing : undefined,
    preprocessArgs: preprocessArguments(reading),
    definitions: definitionsOf(reading, language, hasLineComments(reading)),
  };
}

const WIDTH = /^-fmessage-length=(?!0*$)/;

/** -g3 puts macros into the object, other options the arguments; the analyser knows `O_RDONLY` and kin by their names. */
function definesCount(reading: Reading): boolean {
  const asksByName = reading.words.some(({ tokens: [word] }) =>
    word === "-fdebug-macro" || word === "-fanalyzer"
  );
  return asksByName || reading.holdsArguments || reading.commentsCount || tellsOffsets(reading) ||
    /3$/.test(reading.debug ?? "");
}

/**
 * LLVM's own form says of inline assembler how many bytes of text clang had read before it, comments and what it makes of -D
 * and -U among them.
 */
function tellsOffsets(reading: Reading): boolean {
  return reading.family === "clang" && (reading.emitsLlvm || reading.linkTimeOptimisation);
}

/** Stands for the private depfile's path until it's known. */
const DEPFILE = "\0depfile\0";

function runArguments(reading: Reading, args: readonly string[], findings: Findings): readonly string[] {
  const { discovery } = findings;
  if (discovery.how === "filtered-depfile") return fullDepfileArguments(reading, DEPFILE);
  const asked = discovery.how === "private-depfile" ? ["-MD", "-MF", DEPFILE] : [];
  return [...args, ...asked];
}

/** Plans live long: this holds on to the list alone, not to the call and what was read of it. */
function fillIn(list: readonly string[]): (depfile: string) => readonly string[] {
  return (depfile) => list.map((arg) => arg.includes(DEPFILE) ? arg.replace(DEPFILE, () => depfile) : arg);
}

/** Options under which `//` is no comment, or any comment speaks to a warning. */
const OTHER_COMMENTS =
  /^-(?:ansi|traditional(?:-cpp)?|std=(?:c89|c90|iso9899:1990|iso9899:199409)|Wimplicit-fallthrough=1)$/;

/** clang -g puts the sources' checksums into the object; assembler comments are not C's. */
function commentsCount(reading: Reading, language: string): boolean {
  if (reading.commentsCount || tellsOffsets(reading) || language.startsWith("assembler")) return true;
  if (!hasLineComments(reading)) return true;
  return reading.family === "clang" && reading.debug !== undefined && reading.debug !== "0";
}

function hasLineComments(reading: Reading): boolean {
  return !reading.words.some((word) => OTHER_COMMENTS.test(word.tokens.join("")));
}
