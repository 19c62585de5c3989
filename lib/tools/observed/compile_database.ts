import { absolutePath } from "../../core/mod.ts";
import type { ReadText } from "../tool.ts";

/** What a compilation database says of the sources of one call, as text to be compared. */
export interface DatabaseEntries {
  /** The database, absolute. */
  readonly path: string;
  readonly entries: readonly string[];
}

interface Asking {
  readonly args: readonly string[];
  readonly sources: readonly string[];
  readonly cwd: string;
}

const NAME = "compile_commands.json";

/**
 * The entries of these sources in the databases that clang's tools would load: that of `-p`, else the nearest above each
 * source. A database is left out where a source is not in it under its own path: the tools then guess from other entries, so
 * all of it counts.
 */
export function databaseEntries({ args, sources, cwd }: Asking, readText: ReadText): DatabaseEntries[] {
  const given = folderOption(args);
  const found = new Map<string, string[] | undefined>();
  for (const source of sources) {
    const file = absolutePath(source, cwd);
    const path = given === undefined ? nearest(file, readText) : absolutePath(`${given}/${NAME}`, cwd);
    if (path === undefined) continue;
    const entries = entriesOf(path, readText).get(file);
    const before = found.has(path) ? found.get(path) : [];
    found.set(path, entries === undefined || before === undefined ? undefined : [...before, ...entries]);
  }
  return [...found].flatMap(([path, entries]) => entries === undefined ? [] : [{ path, entries }]);
}

function folderOption(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => /^--?p(?:=|$)/.test(arg));
  if (at < 0) return undefined;
  const equals = args[at]!.indexOf("=");
  return equals < 0 ? args[at + 1] : args[at]!.slice(equals + 1);
}

function nearest(file: string, readText: ReadText): string | undefined {
  for (let folder = file; folder !== "";) {
    folder = folder.slice(0, folder.lastIndexOf("/"));
    if (readText(`${folder}/${NAME}`) !== undefined) return `${folder}/${NAME}`;
  }
  return undefined;
}

/** The last databases that were read, as they are large and asked for by every source of a project. */
const parsed = new Map<string, { readonly text: string; readonly entries: Map<string, string[]> }>();
const MOST_PARSED = 4;

function entriesOf(path: string, readText: ReadText): Map<string, string[]> {
  const text = readText(path) ?? "";
  const known = parsed.get(path);
  if (known?.text === text) return known.entries;
  const entries = new Map<string, string[]>();
  for (const entry of parseList(text)) {
    const { directory, file } = entry;
    if (typeof file !== "string" || typeof directory !== "string") continue;
    const key = absolutePath(file, directory);
    const there = entries.get(key);
    if (there === undefined) entries.set(key, [JSON.stringify(entry)]);
    else there.push(JSON.stringify(entry));
  }
  parsed.delete(path);
  parsed.set(path, { text, entries });
  if (parsed.size > MOST_PARSED) parsed.delete(parsed.keys().next().value ?? "");
  return entries;
}

/** No entries where it is no list: the tool says what is wrong with it. */
function parseList(text: string): { directory?: unknown; file?: unknown }[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === "object" && item !== null) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
