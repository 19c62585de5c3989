import { type Digest, isDigest } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import { folderOf, nameOf } from "./paths.ts";

/** An input the tool reported: where it is and what it contains. */
export interface FoundFile {
  readonly path: string;
  readonly content: Digest;
}

/** A search as the tool makes it: folders in order, absolute. */
export interface SearchFolders {
  readonly folders: readonly string[];
  /** What is looked for beside every header (`.gch`). */
  readonly suffixes: readonly string[];
  /** Where files that the command line includes (`-include`) are looked for first, absolute. */
  readonly forced: readonly string[];
}

/**
 * The places where a file or folder exists now that the tool would look at before (or besides) the files it took: a new
 * one there would change the result though no known input changed. Two moments with the same places and the same
 * contents give the same result.
 */
export function searchedPlaces(view: FileView, search: SearchFolders, files: readonly FoundFile[]): string[] {
  const places = new Places(view, search);
  const spellings = new Map<string, Set<string>>();
  for (const file of files) {
    for (
      const { index, rest } of search.folders.flatMap((folder, index) => below(file.path, folder, index))
    ) {
      places.lookIn(index, rest, file.path);
      const name = nameOf(rest);
      const known = spellings.get(name);
      if (known === undefined) spellings.set(name, new Set([rest]));
      else known.add(rest);
    }
    for (const suffix of search.suffixes) places.look(`${file.path}${suffix}`, file.path);
  }
  for (const forced of search.forced) places.look(forced, "");
  // compilers say so when a folder to search is none
  for (const folder of search.folders) {
    if (view.state(view.track(folder)) !== "folder") places.look(folder, "");
  }
  for (const file of files) {
    const facts = view.facts(file.content);
    if (facts === undefined) continue;
    const folder = folderOf(file.path);
    const names = facts.computedInclude ? spellings.keys() : facts.includedNames;
    for (const name of names) {
      for (const rest of spellings.get(name) ?? []) places.look(`${folder}/${rest}`, file.path);
    }
    for (const name of facts.hasIncludeNames) {
      places.look(`${folder}/${name}`, "");
      places.lookIn(search.folders.length, name, "");
    }
  }
  return places.found();
}

/** Stands between a place and what is there, if that is no regular file. */
const KIND = "\u{1}";

/** The path of a place. */
export function pathOfPlace(place: string): string {
  return place.split(KIND, 1)[0] ?? place;
}

function below(path: string, folder: string, index: number): { index: number; rest: string }[] {
  return path.startsWith(folder) && path[folder.length] === "/"
    ? [{ index, rest: path.slice(folder.length + 1) }]
    : [];
}

/** Asks for each place once, and for a missing first folder once for everything below it. */
class Places {
  readonly #view: FileView;
  readonly #folders: readonly string[];
  readonly #asked = new Set<string>();
  readonly #present = new Map<string, boolean>();
  readonly #found: string[] = [];

  constructor(view: FileView, search: SearchFolders) {
    this.#view = view;
    this.#folders = search.folders;
  }

  /** The place of `rest` in each of the first `count` folders. */
  lookIn(count: number, rest: string, taken: string): void {
    for (let i = 0; i < count; i++) {
      const folder = this.#folders[i]!;
      const slash = rest.indexOf("/");
      if (slash < 0) this.look(`${folder}/${rest}`, taken);
      else if (this.#isThere(`${folder}/${rest.slice(0, slash)}`)) this.look(`${folder}/${rest}`, taken);
    }
  }

  look(place: string, taken: string): void {
    if (place === taken || this.#asked.has(place)) return;
    this.#asked.add(place);
    if (!this.#isThere(place)) return;
    const state = this.#view.state(this.#view.track(place));
    // a link to nowhere is passed over like nothing, and a folder until it's a file
    if (state !== "absent") this.#found.push(isDigest(state) ? place : `${place}${KIND}${state}`);
  }

  found(): string[] {
    return this.#found.sort();
  }

  #isThere(path: string): boolean {
    let there = this.#present.get(path);
    if (there === undefined) {
      there = this.#view.exists(path);
      this.#present.set(path, there);
    }
    return there;
  }
}
