import { digestText, type PathMap } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import { LOADER_CACHE } from "./loader_cache.ts";

/** Stands between a path and what is known of it besides its content. */
const KIND = "\u{1}";
const NAMES = "names:";
const LINK = "link:";
const LEADS = "> ";
const THERE = "there";
const GONE = "gone";
const LOADS = "loads:";

/** That a folder held these names (their digest), as a line to be compared. */
export function namesLine(path: string, names: string): string {
  return `${path}${KIND}${NAMES}${names}`;
}

/** That a link had this text. */
export function linkLine(path: string, target: string, roots?: PathMap): string {
  return `${path}${KIND}${LINK}${digestText(roots?.toCommon(target) ?? target)}`;
}

/** That a path led to another when links were followed: two names of one thing are one thing to some tools. */
export function leadsLine(path: string, real: string, roots?: PathMap): string {
  return `${path}${KIND}${LEADS}${digestText(roots?.toCommon(real) ?? real)}`;
}

/** Whether something was there, whatever it was, when the tool looked and before it made that itself. */
export function presenceLine(path: string, there: boolean): string {
  return `${path}${KIND}${there ? THERE : GONE}`;
}

/** What the loader's cache said to a run. */
export function loaderLine(said: string): string {
  return `${LOADER_CACHE}${KIND}${LOADS}${said}`;
}

/** The lines as they would be written now, sorted; the folders and links they speak of are watched from here on. */
export function worldNow(
  view: FileView,
  lines: readonly string[],
  { roots, loads }: { readonly roots?: PathMap | undefined; readonly loads: () => string },
): string[] {
  return lines.map((line) => {
    const at = line.indexOf(KIND);
    const path = line.slice(0, at);
    if (line.startsWith(NAMES, at + 1)) return namesLine(path, view.namesIn(path) ?? "");
    if (line.startsWith(LOADS, at + 1)) return loaderLine(loads());
    if (line.startsWith(LEADS, at + 1)) return leadsLine(path, view.realPath(path), roots);
    const there = view.exists(path);
    if (line.startsWith(THERE, at + 1) || line.startsWith(GONE, at + 1)) return presenceLine(path, there);
    return linkLine(path, readLink(path) ?? "", roots);
  }).sort();
}

/** The text of a link; undefined if there is none. */
export function readLink(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
