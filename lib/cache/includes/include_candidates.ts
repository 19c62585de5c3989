import type { FileView, Generation } from "../../files/mod.ts";
import { folderOf, isCrooked, Paths } from "../paths.ts";
import type { FoundFile } from "../places.ts";

/**
 * Where files that exist stand that a literal operand of an include directive may mean, in the order of the search. The
 * answers hold until a name comes or goes.
 */
export class IncludeCandidates {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #folders: readonly string[];
  readonly #searched = new Map<string, readonly string[]>();
  readonly #beside = new Map<string, Map<string, string | undefined>>();
  #asOf: Generation = -1;

  constructor(view: FileView, folders: readonly string[]) {
    this.#view = view;
    this.#paths = new Paths(view);
    this.#folders = folders;
  }

  /**
   * Paths that a compiler may have come by when the file's content was read, for all operands or for the crooked ones only
   * (`../x.h`); of each search only what stands before the first one of `found`, which is where it ended.
   */
  passedOver(file: FoundFile, found: ReadonlySet<string>, which: "all" | "crooked"): Set<string> {
    this.#catchUp();
    const passed = new Set<string>();
    const folder = folderOf(file.path);
    for (const operand of this.#view.facts(file.content)?.includes ?? []) {
      if (which === "crooked" && !isCrooked(operand.slice(1))) continue;
      const beside = operand.startsWith("<") ? undefined : this.#besideFile(folder, operand);
      const goesOn = operand.startsWith("^");
      if (beside !== undefined) {
        if (!found.has(beside)) passed.add(beside);
        else if (!goesOn) continue;
      }
      for (const place of this.#inFolders(operand)) {
        if (!found.has(place)) passed.add(place);
        else if (!goesOn) break;
      }
    }
    return passed;
  }

  /** The path that a name means below a folder, if something is there. */
  existing(folder: string, name: string): string | undefined {
    const place = this.#paths.resolve(folder, name);
    return this.#view.exists(place) ? place : undefined;
  }

  /** Remembers nothing from now on but what is asked next. */
  forget(): void {
    this.#searched.clear();
    this.#beside.clear();
  }

  #catchUp(): void {
    if (this.#asOf === this.#view.namesGeneration) return;
    this.forget();
    this.#asOf = this.#view.namesGeneration;
  }

  #besideFile(folder: string, operand: string): string | undefined {
    let there = this.#beside.get(folder);
    if (there === undefined) this.#beside.set(folder, there = new Map());
    if (!there.has(operand)) there.set(operand, this.#existing(folder, operand));
    return there.get(operand);
  }

  #inFolders(operand: string): readonly string[] {
    let places = this.#searched.get(operand);
    if (places === undefined) {
      const searched = operand.charCodeAt(1) === SLASH ? ["/"] : this.#folders;
      places = searched.map((folder) => this.#existing(folder, operand)).filter((place) =>
        place !== undefined
      );
      this.#searched.set(operand, places);
    }
    return places;
  }

  #existing(folder: string, operand: string): string | undefined {
    return this.existing(folder, operand.slice(1));
  }
}

const SLASH = 47;
