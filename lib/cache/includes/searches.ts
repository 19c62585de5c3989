import type { FileView } from "../../files/mod.ts";
import { SearchedFolders } from "./searched_folders.ts";

/** How many lists of folders are remembered, and how many files in all of them. */
const MAX_LISTS = 256;
const MAX_FILES = 40_000;

/** The lists of folders that calls search, each one once. */
export class Searches {
  readonly #view: FileView;
  readonly #lists = new Map<string, SearchedFolders>();

  constructor(view: FileView) {
    this.#view = view;
  }

  /** The list of these folders, in the order in which they are searched. */
  of(folders: readonly string[], suffixes: readonly string[]): SearchedFolders {
    const key = [...folders, "", ...suffixes].join("\0");
    let list = this.#lists.get(key);
    if (list === undefined) list = new SearchedFolders(this.#view, folders, suffixes);
    else this.#lists.delete(key);
    this.#lists.set(key, list);
    this.#forgetOldest();
    return list;
  }

  /** The least recently asked for first; who still has a list goes on with it. */
  #forgetOldest(): void {
    let files = 0;
    for (const { size } of this.#lists.values()) files += size;
    if (files <= MAX_FILES && this.#lists.size <= MAX_LISTS) return;
    for (const [key, list] of this.#lists) {
      files -= list.size;
      list.retire();
      this.#lists.delete(key);
      if (files <= MAX_FILES && this.#lists.size <= MAX_LISTS) return;
    }
  }
}
