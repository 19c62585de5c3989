import type { Digest } from "../core/mod.ts";
import { type FileView, isContent } from "../files/mod.ts";
import { placesByIncluders } from "./includes/includers.ts";
import type { SearchedFolders } from "./includes/searched_folders.ts";
import { Twins } from "./includes/twins.ts";

/** An input the tool reported: where it is and what it contains. */
export interface FoundFile {
  readonly path: string;
  readonly content: Digest;
}

/** All that a tool read. */
export interface FilesRead {
  /** What its search found. Other calls find the same, so what is learnt of these files is remembered. */
  readonly found: readonly FoundFile[];
  /** What the call names: a source of a hundred thousand, of which hardly anybody else will ask. */
  readonly own: readonly FoundFile[];
}

/** A search as the tool makes it: folders in order, absolute. */
export interface SearchFolders {
  readonly folders: readonly string[];
  /** What is looked for beside every header (`.gch`). */
  readonly suffixes: readonly string[];
  /** Where files that the command line includes (`-include`) are looked for first, absolute. */
  readonly forced: readonly string[];
  /** Whether it goes by the folders of all who include a file as well. */
  readonly byIncluders: boolean;
  /** What is known of these folders; shared by all who search them. */
  readonly known: SearchedFolders;
}

/**
 * The places where a file or folder exists now that the tool would look at before (or besides) the files it took: a new
 * one there would change the result though no known input changed. Two moments with the same places and the same
 * contents give the same result.
 */
export function searchedPlaces(view: FileView, search: SearchFolders, read: FilesRead): string[] {
  const ids = search.known.places(read);
  const files = [...read.found, ...read.own];
  if (search.byIncluders) {
    for (const place of placesByIncluders(view, search, files)) ids.add(view.track(place));
  }
  for (const forced of search.forced) if (view.exists(forced)) ids.add(view.track(forced));
  // compilers say so when a folder to search is none
  for (const folder of search.folders) {
    const id = view.track(folder);
    if (view.state(id) !== "folder" && view.exists(folder)) ids.add(id);
  }
  const places: string[] = [];
  for (const id of ids) {
    const state = view.state(id);
    // a link to nowhere is passed over like nothing, and a folder until it's a file
    if (state !== "absent") {
      places.push(isContent(state) ? view.pathOf(id) : `${view.pathOf(id)}${KIND}${state}`);
    }
  }
  const follow = (path: string) => {
    const real = view.realPath(path);
    if (real !== path) places.push(`${path}${KIND}${LEADS}${real}`);
  };
  search.folders.forEach(follow);
  for (const { path } of files) follow(path);
  linksPassedOver(view, search, files).forEach(follow);
  return places.sort();
}

/** Other names of files that are read once: what they lead to is not read again as long as they lead there. */
function linksPassedOver(view: FileView, search: SearchFolders, files: readonly FoundFile[]): string[] {
  const twins = Twins.among(files, view);
  if (twins === undefined) return [];
  return [...twins.passedOver(search)].filter((path) => {
    const state = view.state(view.track(path));
    return isContent(state) && twins.isLink(path, state);
  });
}

/** Stands between a place and what is there, if that is no regular file. */
const KIND = "\u{1}";

/**
 * Says where a folder or file really is: compilers search a folder once, and include a file once, however many names lead
 * to it.
 */
const LEADS = "> ";

/** The path of a place. */
export function pathOfPlace(place: string): string {
  return place.split(KIND, 1)[0] ?? place;
}
