import { parseBanner } from "./cl/microsoft.ts";
import { splitWords } from "./expand_arguments.ts";
import type { Family, Probe } from "./tool.ts";

/** What a driver says of itself. Paths are as printed: relative ones are relative to the folder it ran in. */
export interface Probed {
  readonly includeFolders: {
    /** Those of `-iquote`; none unless the driver is set up so. */
    readonly quote: readonly string[];
    readonly angle: readonly string[];
    /** Those that would be searched if they were there. */
    readonly missing: readonly string[];
    /** Framework folders (macOS), which are searched by another rule. */
    readonly frameworks: readonly string[];
  };
  /** The programs that it runs to compile: absolute, or bare if they are found by PATH (`as`). */
  readonly programs: readonly string[];
  /** Names of files in the driver's own folder that do its work: those that must be there, and those that may. */
  readonly beside?: { readonly needed: readonly string[]; readonly optional: readonly string[] };
  /** Spec files of gcc, configuration files of clang. */
  readonly configFiles: readonly string[];
  readonly target: string;
  /** The line with the version. */
  readonly version: string;
}

/** The two argument lists that ask a driver about itself: its folders, then its programs. To be run with LC_ALL=C. */
export function probeArguments(
  probe: Probe,
): readonly [folders: readonly string[], programs: readonly string[]] {
  if (probe.manner === "cl") {
    const args = [probe.language === "c" ? "/TC" : "/TP", ...probe.args, "--", "/dev/null"];
    return [["--driver-mode=cl", "-v", "/E", ...args], ["--driver-mode=cl", "-###", "/c", ...args]];
  }
  if (probe.manner === "banner") return [[], []];
  const args = ["-x", probe.language, ...probe.args, "/dev/null"];
  return [["-v", "-E", ...args], ["-###", "-c", ...args]];
}

/**
 * Reads the standard errors of both probes.
 *
 * @return undefined if they don't name a version and a program, or if a spec or configuration file adds an option that
 *   changes what a call reads, writes or embeds (-fplugin, -g, --coverage …): then arguments don't tell what a call does
 */
export function parseProbe(
  family: Family,
  outputs: readonly [folders: string, programs: string],
): Probed | undefined {
  const [folders, programs] = outputs;
  if (family === "msvc") return parseBanner(programs);
  const version = new RegExp(family === "gcc" ? "^gcc version .*$" : "^.*clang version .*$", "m").exec(
    programs,
  )?.[0];
  const target = /^Target: (.*)$/m.exec(programs)?.[1];
  const run = programsOf(programs);
  if (version === undefined || target === undefined || run.length === 0 || addsOptions(programs)) {
    return undefined;
  }
  return {
    includeFolders: foldersOf(folders),
    programs: run,
    configFiles: configFilesOf(folders + programs),
    target,
    version,
  };
}

function foldersOf(text: string): Probed["includeFolders"] {
  const quote: string[] = [];
  const angle: string[] = [];
  const frameworks: string[] = [];
  let list: string[] | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith('#include "..."')) list = quote;
    else if (line.startsWith("#include <...>")) list = angle;
    else if (line.startsWith("End of search list")) break;
    else if (list !== undefined && line.startsWith(" ")) {
      const folder = line.slice(1);
      const framework = /^(.*) \(framework directory\)$/.exec(folder)?.[1];
      if (framework !== undefined) frameworks.push(framework);
      else list.push(folder.replace(/ \(headermap\)$/, ""));
    }
  }
  const missing = [...text.matchAll(/^ignoring nonexistent directory "(.*)"$/gm)].map((match) => match[1]!);
  return { quote, angle, missing, frameworks };
}

/** The first word of every command line that the driver would run. */
function programsOf(text: string): readonly string[] {
  const programs = new Set<string>();
  for (const line of text.split("\n")) {
    if (!line.startsWith(" ") || line.startsWith(" (in-process)")) continue;
    const program = splitWords(/^ (?:"(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[0] ?? "")?.[0];
    if (program !== undefined) programs.add(program);
  }
  return [...programs];
}

/** As they reach the compiler proper: clang's driver has translated them by then. */
const ADDED = new RegExp(
  "^(?:" + [
    "-fplugin.*",
    "-fpass-plugin.*",
    "-load",
    "-add-plugin",
    "-g(?:\\d|gdb.*|dwarf.*|split-dwarf.*)?",
    "-debug-info-kind=.*",
    "-split-dwarf-.*",
    "--?coverage.*",
    "-fprofile-(?:arcs|generate|use|dir|note|instrument|list|sample).*",
    "-ftest-coverage",
    "-fstack-usage",
    "-stack-usage-file.*",
    "-fcallgraph-info.*",
    "-ftime-.*",
    "-fdump.*",
    "-d[a-zA-Z]",
    "-opt-record-file.*",
    "-serialize-diagnostic.*",
    "-include-pch",
    "-M[A-Z]*",
    "-dependency-file",
    "-save-temps.*",
    "-fmodule.*",
    "-f(?:sanitize|xray|basic-block-sections).*(?:list|instrument)=.*",
  ].join("|") + ")$",
);

function addsOptions(text: string): boolean {
  return text.split("\n").filter((line) => line.startsWith(" ")).some((line) => {
    const words = splitWords(line);
    if (words === undefined) return true;
    return words.some((word, at) =>
      ADDED.test(word) || (/^-(?:include|imacros)$/.test(word) && !words[at + 1]?.startsWith("/"))
    );
  });
}

function configFilesOf(text: string): readonly string[] {
  const files = [...text.matchAll(/^(?:Reading specs from|Configuration file:) (.+)$/gm)].map((match) =>
    match[1]!
  );
  return [...new Set(files)];
}
