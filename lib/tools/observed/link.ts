import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { expandArguments } from "../expand_arguments.ts";
import { languageOf } from "../gnu/language.ts";
import { isCxxDriver } from "../detect.ts";
import type { Call, ObservedPlan, ReadText, ToolFamily } from "../tool.ts";
import { addSurroundings } from "./environment.ts";

/** Arguments under which two runs differ, or which do more than link. */
const REFUSED:
  readonly (readonly [pattern: RegExp, reason: "random" | "information" | "time-trace" | "plugin"])[] = [
    [/(?:^|[,=])--?build-id=uuid(?:$|,)/, "random"],
    [/^(?:-v|-V|-t|--verbose|--trace|--version|--help|-###|-Q)$/, "information"],
    [
      /^-Wl,(?:.*,)?(?:-v|-V|-t|--verbose|--trace|--stats|--help|--version|--print-map|-M)(?:,|$)/,
      "information",
    ],
    [/^(?:--stats|--time-trace.*|--time-passes|-time(?:=.*)?|-ftime-report.*|-ftime-trace.*)$/, "time-trace"],
    [/^-Wl,(?:.*,)?(?:--time-trace|--reproduce)/, "time-trace"],
    [/^(?:-fplugin=.*|-fpass-plugin=.*|-wrapper|--reproduce.*)$/, "plugin"],
  ];

/** Options that name a file to be written: its value in the next argument, or behind the name. */
const NAMES_OUTPUT = /^(?:-o|--output)$/;

/**
 * Parses a call that links: by a compiler's driver, or by a linker itself. What is linked need not be known, as the run is
 * observed; sources among the inputs are compiled on the way.
 */
export function parseLink(family: ToolFamily, call: Call, readText: ReadText): ObservedPlan | Uncacheable {
  const expanded = expandArguments(call.args, readText, call);
  if (expanded.kind === "uncacheable") return expanded;
  const { args } = expanded;
  for (const [pattern, reason] of REFUSED) {
    const refused = args.find((arg) => pattern.test(arg));
    if (refused !== undefined) return uncacheable(reason, refused);
  }
  const output = outputOf(args);
  if (output !== undefined && /^(?:-|\/dev\/(?!shm\/).*|\/proc\/.*)$/.test(output)) {
    return uncacheable("special-output", output);
  }
  if (args.includes("-")) return uncacheable("stdin-source");
  const stamped = timeStamp(family, call, args);
  if (stamped !== undefined) return stamped;
  const recipe = new KeyRecipe().add("family", family).add("work", "link").add("tool", call.name);
  for (const arg of args) recipe.add("arg", arg);
  addSurroundings(recipe, call);
  const files = args.filter((arg) => !arg.startsWith("-"));
  return {
    kind: "observed",
    family,
    work: "links",
    recipe,
    parsedFrom: expanded.readFrom,
    reads: [...files, ...foldersOf(args), ...foldersOfMake(call, args)],
    updates: [],
    replaces: output === undefined ? ["a.out", "a.exe"] : [output],
    keeps: "success",
    readsSources: files.some((file) => languageOf(file, "none", isCxxDriver(call.name)) !== undefined),
    args: call.args,
    runEnv: [],
  };
}

function outputOf(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => NAMES_OUTPUT.test(arg));
  if (at >= 0) return args[at + 1];
  const joined = args.findLast((arg) => /^-o./.test(arg) || arg.startsWith("--output="));
  return joined?.replace(/^(?:-o|--output=)/, "");
}

/** Files in the folders that libraries are looked for in; the names don't matter, only that the folders are watched. */
function foldersOf(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    if (arg === "-L") return [`${args[i + 1] ?? "."}/.`];
    return /^-L./.test(arg) ? [`${arg.slice(2)}/.`] : [];
  });
}

/** Where gcc lets make optimise by several processes: make looks there for what it always looks for (`RCS/` …). */
function foldersOfMake({ env }: Call, args: readonly string[]): string[] {
  if (!args.some((arg) => /^-flto=(?:auto|jobserver|\d+)$/.test(arg))) return [];
  return [...["TMPDIR", "TMP", "TEMP"].flatMap((name) => env.get(name) ?? []), "/tmp"].map((path) =>
    `${path}/.`
  );
}

/** Windows programs hold the time of their making unless that is switched off or fixed. */
function timeStamp(family: ToolFamily, call: Call, args: readonly string[]): Uncacheable | undefined {
  const windows = /mingw|windows|lld-link|(?:^|\/)link(?:\.exe)?$/i.test(`${call.name} ${call.exe ?? ""}`) ||
    args.some((arg) =>
      /^(?:--target=|-m).*(?:mingw|windows|i386pep?)|^(?:i386pep?|thumb2pe|arm64pe)$/.test(arg)
    );
  if (!windows) return undefined;
  const linker = linkerOf(family, call, args);
  // GNU's ld dates its debug information whatever it's told
  const dated = linker === "lld" ? undefined : args.find((arg) => /(?:^|,)--?pdb(?:[=,]|$)/.test(arg));
  if (dated !== undefined) return uncacheable("output-time", dated);
  const fixed = args.some((arg) =>
    /(?:^|,)--no-insert-timestamp(?:$|,)|^[-/]Brepro$|^[-/]timestamp:\d/i.test(arg)
  );
  // LLVM's doesn't heed the variable
  const told = linker === "gnu" && call.env.has("SOURCE_DATE_EPOCH");
  return fixed || told ? undefined : uncacheable("output-time", call.name);
}

/** Whose linker is sure to link; drivers take the other one where they don't find what is asked for, or are built so. */
function linkerOf(
  family: ToolFamily,
  { name, exe }: Call,
  args: readonly string[],
): "gnu" | "lld" | undefined {
  if (family === "linker") return /lld[^/]*$/.test(name) || /lld[^/]*$/.test(exe ?? "") ? "lld" : "gnu";
  const asked = args.findLast((arg) => arg.startsWith("-fuse-ld="));
  if (asked === undefined) return family === "gcc" ? "gnu" : undefined;
  return family === "clang" && asked === "-fuse-ld=lld" ? "lld" : undefined;
}
