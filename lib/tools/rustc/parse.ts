import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { addMessageForm } from "../gnu/messages.ts";
import type { Call, ReadText } from "../tool.ts";
import { expandArgumentFiles } from "./argument_files.ts";
import { shareCrate } from "./checkout.ts";
import { clippyFolder, mindsPrimary, refusedLint } from "./clippy.ts";
import { addCompilerVariables, isExcluded } from "./environment.ts";
import { splitArguments } from "./options.ts";
import { type CrateOutputs, crateOutputs, emitsUnits } from "./outputs.ts";
import type { CratePlan, QueryPlan, ToolchainQuestion } from "./plan.ts";
import { type CrateReading, readCrate } from "./reading.ts";
import { targetFiles } from "./target.ts";

/** What a call of rustc comes to. */
export type ParsedCrate = CratePlan | QueryPlan | Uncacheable;

/** Parses a call of rustc or clippy-driver. */
export function parseRustc(call: Call, readText: ReadText): ParsedCrate {
  const words = wordsOf(call);
  const expanded = expandArgumentFiles(words.args, readText, call.cwd);
  if (expanded === undefined) return uncacheable("response-file");
  const given = splitArguments(expanded.args);
  if (given === undefined) return uncacheable("unknown-option");
  const reading = readCrate(given);
  if ("kind" in reading) return reading;
  const question = { toolchain: words.toolchain, sysroot: reading.sysroot, target: reading.target };
  const found = { call, words, question, parsedFrom: expanded.readFrom };
  if (asksOnly(reading)) return queryOf(reading, found);
  if (reading.prints.length > 0) return uncacheable("information", `--print ${reading.prints[0]}`);
  return planOf(reading, found, readText);
}

interface Words {
  /** Without what comes before the options proper. */
  readonly args: readonly string[];
  readonly toolchain: string | undefined;
  readonly driver: "rustc" | "clippy-driver";
}

interface Found {
  readonly call: Call;
  readonly words: Words;
  readonly question: ToolchainQuestion;
  readonly parsedFrom: readonly string[];
}

/** rustup takes `+toolchain`; clippy-driver takes the path of the rustc that it stands for. */
function wordsOf(call: Call): Words {
  const driver = /(?:^|\/)clippy-driver(?:\.exe)?$/.test(call.name) ? "clippy-driver" : "rustc";
  const [first, ...rest] = call.args;
  if (first?.startsWith("+")) return { args: rest, toolchain: first, driver };
  const standsFor = driver === "clippy-driver" && first !== undefined &&
    /(?:^|\/)rustc(?:\.exe)?$/.test(first);
  return { args: standsFor ? rest : call.args, toolchain: undefined, driver };
}

/** Whether nothing is compiled: `-vV`, `--print cfg`, and cargo's question with `-` for a source. */
function asksOnly(reading: CrateReading): boolean {
  if (reading.isInformation) return true;
  return reading.prints.length > 0 && reading.emits.size === 0 && !reading.isTest &&
    reading.prints.every((print) => ASKED.has(print)) && reading.sources.every((source) => source === "-");
}

/** What can be printed without a source being compiled; `target-cpus` says which one this machine has. */
const ASKED: ReadonlySet<string> = new Set([
  "calling-conventions",
  "cfg",
  "check-cfg",
  "code-models",
  "crate-name",
  "deployment-target",
  "file-names",
  "host-tuple",
  "relocation-models",
  "split-debuginfo",
  "supported-crate-types",
  "sysroot",
  "target-features",
  "target-libdir",
  "target-list",
  "tls-models",
]);

function queryOf(reading: CrateReading, found: Found): QueryPlan | Uncacheable {
  const { call, words, question, parsedFrom } = found;
  if (reading.key.includes("--explain") || reading.hostCpu) return uncacheable("information");
  const recipe = new KeyRecipe().add("family", "rustc").add("driver", words.driver).add("mode", "query");
  for (const arg of call.args) recipe.add("arg", arg);
  const inputs = [...reading.inputs, ...targetFiles(reading.target, call.env)];
  // relative paths are the only thing by which the folder counts
  if (inputs.length > 0 || reading.sysroot !== undefined) recipe.add("folder", call.cwd);
  addMessageForm(recipe, call);
  addCompilerVariables(recipe, call.env);
  // what comes by standard input may set the crate's name, and much else
  if (reading.sources.includes("-") && !call.noInput) return uncacheable("stdin-source", "-");
  return {
    kind: "query",
    family: "rustc",
    recipe,
    parsedFrom,
    inputs,
    question,
    args: call.args,
  };
}

function planOf(reading: CrateReading, found: Found, readText: ReadText): CratePlan | Uncacheable {
  const { call, words, question, parsedFrom } = found;
  const [source, ...others] = reading.sources;
  const crateName = reading.crateNames[0];
  const refused = refusedCall(reading) ??
    (words.driver === "rustc" ? undefined : refusedLint(reading, call, readText));
  if (refused !== undefined) return refused;
  if (source === undefined || crateName === undefined || others.length > 0) return uncacheable("no-compile");
  if (reading.emits.size === 0) reading.emits.set("link", undefined);
  if (isExcluded(crateName, call.env)) return uncacheable("excluded-crate", crateName);
  const outputs = crateOutputs(reading, crateName);
  if (outputs.kind === "uncacheable") return outputs;
  const sharing = shareCrate(reading, call);
  const isClippy = words.driver === "clippy-driver";
  const shared = sharing !== undefined && "roots" in sharing ? sharing : undefined;
  const args = [...call.args, ...shared?.mapArgs ?? []];
  return {
    kind: "crate",
    family: "rustc",
    crateName,
    source,
    recipe: recipeOf(reading, found, outputs),
    inputs: [source, ...reading.inputs],
    optionalInputs: [
      ...targetFiles(reading.target, call.env),
      ...isClippy ? [`${call.cwd}/Cargo.toml`] : [],
    ],
    configuredFrom: isClippy ? clippyFolder(call) : undefined,
    parsedFrom,
    externs: reading.externs,
    searched: reading.searched,
    question,
    outputs: outputs.list,
    reads: unknownInputs(reading, outputs),
    isLinked: takesWhole(reading, outputs),
    incremental: reading.incremental,
    hostCpu: reading.hostCpu,
    args,
    roots: shared?.roots,
    unshared: sharing !== undefined && "reason" in sharing ? sharing : undefined,
    // build scripts ask the compiler what it can do, and cargo's users for what is wrong
    keepsFailures: reading.errorFormat !== "json",
  };
}

/** `--emit` options add up, but the first one replaces what is emitted without any. */
function emitsAsGiven(reading: CrateReading): string {
  return [...reading.emits].map(([emit, path]) => path === undefined ? emit : `${emit}=${path}`).join(",");
}

function refusedCall(reading: CrateReading): Uncacheable | undefined {
  if (reading.sources.length === 0) return uncacheable("no-compile");
  if (reading.sources.length > 1) return uncacheable("multiple-sources");
  if (reading.sources[0] === "-") return uncacheable("stdin-source");
  // what the source itself says of its name and kind is not known here
  if (reading.crateNames.length !== 1) return uncacheable("no-crate-name", reading.sources[0]);
  if (reading.crateTypes.length === 0 && !reading.isTest) return uncacheable("no-crate-name", "--crate-type");
  return undefined;
}

/** Why arguments and dep-info don't tell all that is read, or all that is written. */
function unknownInputs(reading: CrateReading, outputs: CrateOutputs): Uncacheable | undefined {
  if (takesWhole(reading, outputs)) {
    return uncacheable("linked-crate", reading.isTest ? "--test" : reading.crateTypes.join());
  }
  const library = reading.linkOptions.findIndex((option) => option === "-l");
  if (library >= 0) return uncacheable("native-library", reading.linkOptions[library + 1]);
  const folder = reading.searched.find(({ kind }) => kind !== "dependency");
  if (folder !== undefined) return uncacheable("native-library", `-L ${folder.kind}=${folder.path}`);
  if (emitsUnits(reading)) return uncacheable("codegen-units");
  if (reading.mayName !== undefined) return uncacheable("unknown-option", reading.mayName);
  if (reading.splitsDebugInfo) return uncacheable("split-debuginfo");
  // what is emitted is in the crate's hash, so a dep-info that the user doesn't want can't be asked for
  return reading.emits.has("dep-info") ? undefined : uncacheable("no-dependencies", "--emit");
}

function takesWhole(reading: CrateReading, outputs: CrateOutputs): boolean {
  return outputs.isLinked || reading.crateTypes.includes("staticlib") && reading.emits.has("link");
}

function recipeOf(reading: CrateReading, found: Found, outputs: CrateOutputs): KeyRecipe {
  const { call, words } = found;
  const recipe = new KeyRecipe().add("family", "rustc").add("driver", words.driver);
  recipe.add("crate", reading.crateNames[0]!).add("source", reading.sources[0]!).add("folder", call.cwd);
  if (words.driver !== "rustc") {
    recipe.add("stands-for", call.args[0] ?? "");
    if (mindsPrimary(call)) recipe.add("primary", call.env.has("CARGO_PRIMARY_PACKAGE") ? "yes" : "no");
  }
  for (const type of reading.crateTypes) recipe.add("type", type);
  for (const option of reading.key) recipe.add("arg", option);
  for (const option of reading.linkOptions) recipe.add("link", option);
  if (reading.incremental !== undefined) recipe.add("incremental", "");
  // an observed run knows them by what it reads, another file may be read the next time
  for (const path of reading.inputs) recipe.add("input", path);
  for (const { role, path } of outputs.list) recipe.add("output", `${role}=${path}`);
  if (emitsUnits(reading)) {
    recipe.add("units", emitsAsGiven(reading)).add("out-dir", reading.outDir ?? "");
    recipe.add("out-file", reading.output ?? "");
  }
  for (const { name, path } of reading.externs) recipe.add("extern", `${name}=${path ?? ""}`);
  for (const { kind, path } of reading.searched) recipe.add("search", `${kind}=${path}`);
  if (reading.errorFormat !== "json") addMessageForm(recipe, call);
  addCompilerVariables(recipe, call.env);
  return recipe;
}
