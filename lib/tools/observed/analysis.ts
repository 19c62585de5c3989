import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Call, ObservedPlan, ReadText } from "../tool.ts";
import { databaseEntries } from "./compile_database.ts";
import { addSurroundings } from "./environment.ts";

/** Options under which two runs differ. */
const REFUSED: readonly (readonly [pattern: RegExp, reason: "information" | "time-trace"])[] = [
  [/^--?(?:enable-check-profile|store-check-profile(?:=.*)?|ftime-.*)$/, "time-trace"],
  [/^--?(?:version|help|help-hidden|help-list)$/, "information"],
];

/**
 * Parses a call of clang-tidy or include-what-you-use. Whatever they say and however they end is kept: a warning is their
 * product. The run is observed, so sources, headers, every `.clang-tidy` up the tree (there or not), mapping files and plug-ins
 * are known.
 */
export function parseAnalysis(
  family: "clang-tidy" | "iwyu",
  call: Call,
  readText: ReadText,
): ObservedPlan | Uncacheable {
  const end = call.args.indexOf("--");
  const own = family === "clang-tidy" && end >= 0 ? call.args.slice(0, end) : call.args;
  for (const [pattern, reason] of REFUSED) {
    const refused = own.find((arg) => pattern.test(arg));
    if (refused !== undefined) return uncacheable(reason, refused);
  }
  if (own.includes("-")) return uncacheable("stdin-source");
  const recipe = new KeyRecipe().add("family", family).add("tool", call.name);
  for (const arg of call.args) recipe.add("arg", arg);
  addSurroundings(recipe, call);
  const sources = sourcesIn(own);
  const parsedFrom: string[] = [];
  if (family === "clang-tidy" && end < 0) {
    for (const { path, entries } of databaseEntries({ args: own, sources, cwd: call.cwd }, readText)) {
      parsedFrom.push(path);
      for (const entry of entries) recipe.add("database", entry);
    }
  }
  return {
    kind: "observed",
    family,
    work: "compilations",
    recipe,
    parsedFrom,
    reads: sources,
    updates: [],
    replaces: [],
    writesInto: true,
    keeps: "always",
    readsSources: true,
    args: call.args,
    runEnv: [],
  };
}

/** clang-tidy's options whose value may be the next argument. */
const TAKES_NEXT =
  /^--?(?:p|checks|config|config-file|export-fixes|extra-arg|extra-arg-before|format-style|header-filter|line-filter|load|store-check-profile|vfsoverlay|warnings-as-errors)$/;

/** What is neither an option nor an option's value. */
function sourcesIn(args: readonly string[]): string[] {
  return args.filter((arg, i) => !arg.startsWith("-") && !TAKES_NEXT.test(args[i - 1] ?? ""));
}
