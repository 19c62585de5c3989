import type { FileView } from "../../files/mod.ts";
import { folderOf } from "../paths.ts";

/** Paths that call for another look at a toolchain when they change, by what is there now. */
export interface Hints {
  /** Nothing is here; of a path without its folder, the folder. */
  readonly absent: readonly string[];
  /**
   * A plain file is here, or a link that leads nowhere. Folders are left out: what is made in them is nothing that a program
   * has asked for.
   */
  readonly files: readonly string[];
}

/** Sorts paths (absolute, normalised). */
export function hintsOf(view: FileView, paths: Iterable<string>): Hints {
  const absent = new Set<string>();
  const files: string[] = [];
  for (const path of new Set(paths)) {
    if (!view.exists(path)) absent.add(firstMissing(view, path));
    else if (mayBeRead(path)) files.push(path);
  }
  return { absent: [...absent], files };
}

/** The path, or the highest folder above it that isn't there: as long as that stays away, so does all below it. */
export function firstMissing(view: FileView, path: string): string {
  let missing = path;
  for (let at = folderOf(path); at !== "/" && !view.exists(at); at = folderOf(at)) missing = at;
  return missing;
}

function mayBeRead(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    // there is a name, so it's a link, and something may come to be where it leads
    if (error instanceof Deno.errors.NotFound) return true;
    // not for us to see: then it is no file that was read
    if (error instanceof Error) return false;
    throw error;
  }
}
