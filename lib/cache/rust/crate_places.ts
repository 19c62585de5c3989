import { digestText, type PathMap } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { FoundFile } from "../places.ts";

/** Begins a line that says what a variable's value was; the names of variables have no slash. */
const VARIABLE = "/\u{1}variable/";
const UNSET = "unset";

/** A variable that a crate asked for, with a digest of its value (which may be a secret). */
export function variableLine(name: string, value: string | undefined, roots?: PathMap): string {
  return `${VARIABLE}${name}/${value === undefined ? UNSET : digestText(roots?.wordInKey(value) ?? value)}`;
}

export function isVariable(line: string): boolean {
  return line.startsWith(VARIABLE);
}

/** The name in such a line. */
export function variableOf(line: string): string {
  return line.slice(VARIABLE.length, line.lastIndexOf("/"));
}

/**
 * Files that are there now although a module has been found elsewhere: `mod x` is `x.rs` or `x/mod.rs`, and both at once
 * is an error.
 */
export function alternativesOf(view: FileView, found: readonly FoundFile[]): string[] {
  const taken = new Set(found.map(({ path }) => path));
  const there: string[] = [];
  for (const path of taken) {
    const other = otherModule(path);
    if (other !== undefined && !taken.has(other) && view.exists(other)) there.push(other);
  }
  return there;
}

function otherModule(path: string): string | undefined {
  if (path.endsWith("/mod.rs")) return `${path.slice(0, -"/mod.rs".length)}.rs`;
  return path.endsWith(".rs") ? `${path.slice(0, -".rs".length)}/mod.rs` : undefined;
}

/**
 * Where a crate's metadata is looked for in a folder. The compiler takes the first that is there: what is behind that is not
 * looked at, and may still be being written.
 */
export function metadataPlaces(folder: string, fileName: string): readonly string[] {
  const stem = `${folder}/${fileName.replace(/\.(?:rmeta|rlib|so|dylib|dll)$/, "")}`;
  return [`${stem}.rmeta`, `${stem}.rlib`, `${stem}.so`];
}
