import type { FileId, FileState, FileView, Generation } from "../files/mod.ts";
import { isProgram } from "./toolchain/programs.ts";

/** What premises are made of, besides files in their states. */
export interface Names {
  /** Paths at which nothing may be. */
  readonly absent?: readonly string[];
  /** Folders whose names count. */
  readonly listed?: readonly string[];
  /** Paths that must lead where they do. */
  readonly leading?: readonly string[];
  /** Paths at which no program may be, though something is: rights are not watched, so they are asked each time. */
  readonly idle?: readonly string[];
}

/**
 * What must be so for something remembered to be still true. Asking costs next to nothing while nothing changed.
 */
export class Premises {
  readonly #ids: Int32Array;
  readonly #states: readonly FileState[];
  readonly #absent: readonly string[];
  readonly #listed: readonly (readonly [folder: string, names: string | undefined])[];
  readonly #leading: readonly (readonly [path: string, real: string | null])[];
  readonly #idle: readonly string[];
  #filesAsOf: Generation;
  #namesAsOf: Generation;

  /** Takes the files' states as of now. */
  constructor(view: FileView, files: Iterable<FileId>, names: Names = {}) {
    const { absent = [], listed = [], leading = [], idle = [] } = names;
    this.#ids = Int32Array.from(files);
    this.#states = Array.from(this.#ids, (id) => view.state(id));
    this.#absent = absent;
    this.#listed = listed.map((folder) => [folder, view.namesIn(folder)] as const);
    this.#leading = leading.map((path) => [path, leadsTo(view, path)] as const);
    this.#idle = idle;
    this.#filesAsOf = view.generation;
    this.#namesAsOf = -1;
  }

  get ids(): Int32Array {
    return this.#ids;
  }

  get states(): readonly FileState[] {
    return this.#states;
  }

  /** The paths that must lead where they do, and where that is; null where nothing is. */
  get leading(): readonly (readonly [path: string, real: string | null])[] {
    return this.#leading;
  }

  /** The folders whose names count, and these; null where no folder is. */
  get listed(): readonly (readonly [folder: string, names: string | null])[] {
    return this.#listed.map(([folder, names]) => [folder, names ?? null]);
  }

  get idle(): readonly string[] {
    return this.#idle;
  }

  /** Which files and names these are: premises that hold at the same time and have the same text are equal. */
  text(): string {
    return [
      this.#ids.join(),
      ...this.#absent,
      "",
      ...this.#listed.map(([folder]) => folder),
      "",
      ...this.#leading.map(([path]) => path),
      "",
      ...this.#idle,
    ].join("\0");
  }

  /** Whether all of it is so now. */
  hold(view: FileView): boolean {
    if (this.#idle.some(isProgram)) return false;
    if (this.#namesAsOf !== view.namesGeneration) {
      if (this.#absent.some((path) => view.exists(path))) return false;
      if (this.#listed.some(([folder, names]) => view.namesIn(folder) !== names)) return false;
      if (this.#leading.some(([path, real]) => leadsTo(view, path) !== real)) return false;
      this.#namesAsOf = view.namesGeneration;
    }
    if (view.changedSince(this.#ids, this.#filesAsOf)) {
      for (let i = 0; i < this.#ids.length; i++) {
        if (view.state(this.#ids[i]!) !== this.#states[i]) return false;
      }
    }
    this.#filesAsOf = view.generation;
    return true;
  }
}

/** Where a path leads; null where there is nothing. */
export function leadsTo(view: FileView, path: string): string | null {
  return view.exists(path) ? view.realPath(path) : null;
}
