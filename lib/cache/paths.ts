import { PATHS } from "../core/mod.ts";
import type { FileView, Generation } from "../files/mod.ts";
import { leadsTo } from "./premises.ts";

export { folderOf } from "../core/mod.ts";

/**
 * Turns paths as the tool spells them into normalised absolute ones, meaning the same file as the kernel would open:
 * `link/../x` is beside the link's target, not beside the link.
 */
export class Paths {
  readonly #view: FileView;
  readonly #targets = new Map<string, string>();
  #asOf: Generation = -1;

  constructor(view: FileView) {
    this.#view = view;
  }

  /**
   * The folders that paths, relative to `folder` (absolute), climb out of: as long as these lead where they do, the paths
   * mean the same. A folder above `folder` is none, as that was given without links.
   */
  climbedFrom(folder: string, spelled: Iterable<string>): string[] {
    const climbed = new Set<string>();
    for (const path of spelled) {
      if (isCrooked(path)) this.#walk(PATHS.from(folder, PATHS.slashed(path)), climbed);
    }
    return [...climbed].filter((path) => path !== folder && !folder.startsWith(`${path}/`));
  }

  /** The absolute form of `spelled`, relative to `folder` (absolute). */
  resolve(folder: string, spelled: string): string {
    const path = PATHS.from(folder, PATHS.slashed(spelled));
    if (!path.includes("/.") && !path.includes("//") && !path.endsWith("/")) return path;
    return this.#walk(path);
  }

  #walk(path: string, climbed?: Set<string>): string {
    const top = PATHS.rootOf(path).slice(0, -1);
    let resolved = top;
    for (const part of path.slice(top.length).split("/")) {
      if (part === "" || part === ".") continue;
      if (part !== "..") resolved = `${resolved}/${part}`;
      else if (resolved !== top) {
        climbed?.add(resolved);
        resolved = this.#above(resolved);
      }
    }
    return resolved === top ? `${top}/` : resolved;
  }

  /**
   * The folder above `path`; links are followed first, and asked about again when a name on the way changes. Nothing is
   * above what isn't there: the kernel finds nothing by such a path, and neither must we.
   */
  #above(path: string): string {
    if (this.#asOf !== this.#view.namesGeneration) {
      this.#targets.clear();
      this.#asOf = this.#view.namesGeneration;
    }
    let target = this.#targets.get(path);
    if (target === undefined) {
      target = leadsTo(this.#view, path) ?? `${path}/${NOTHING}/..`;
      this.#targets.set(path, target);
    }
    return target.slice(0, Math.max(PATHS.rootOf(target).length - 1, target.lastIndexOf("/")));
  }
}

/** Whether what a path means may change with a link: it climbs. */
export function isCrooked(path: string): boolean {
  return /(?:^|[\\/])\.\./.test(path);
}

/** A name that nothing has in a folder that isn't there. */
const NOTHING = "...";

/** The path without links; as it is where there is nothing, or nothing to be seen. */
export function realPath(path: string): string {
  try {
    return PATHS.slashed(Deno.realPathSync(path));
  } catch (error) {
    // whatever keeps us from following it (a ring of links, a file in a folder's place) keeps the tool too
    if (error instanceof Error) return path;
    throw error;
  }
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
