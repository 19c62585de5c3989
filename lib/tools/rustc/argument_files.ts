import type { ReadText } from "../tool.ts";

/** Arguments with those of argument files in their places, and the files (absolute). */
export interface ExpandedFiles {
  readonly args: readonly string[];
  readonly readFrom: readonly string[];
}

/** Expands `@file` as rustc does: one argument a line, not nested. Undefined if a file can't be read. */
export function expandArgumentFiles(
  args: readonly string[],
  readText: ReadText,
  cwd: string,
): ExpandedFiles | undefined {
  if (!args.some((arg) => arg.startsWith("@"))) return { args, readFrom: [] };
  const expanded: string[] = [];
  const readFrom: string[] = [];
  for (const arg of args) {
    if (!arg.startsWith("@")) {
      expanded.push(arg);
      continue;
    }
    // `@shell:` is another syntax
    if (arg.startsWith("@shell:")) return undefined;
    const path = arg[1] === "/" ? arg.slice(1) : `${cwd}/${arg.slice(1)}`;
    const text = readText(path);
    if (text === undefined) return undefined;
    readFrom.push(path);
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    if (lines.at(-1) === "") lines.pop();
    expanded.push(...lines);
  }
  return { args: expanded, readFrom };
}
