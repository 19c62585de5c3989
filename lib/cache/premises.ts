import type { FileId, FileState, FileView, Generation } from "../files/mod.ts";

/**
 * What must be so for something remembered to be still true: these files in these states, these names absent, these
 * folders with these names in them. Asking
 * costs next to nothing while nothing changed.
 */
export class Premises {
  readonly #ids: Int32Array;
  readonly #states: readonly FileState[];
  readonly #absent: readonly string[];
  readonly #listed: readonly (readonly [folder: string, names: string | undefined])[];
  #filesAsOf: Generation;
  #namesAsOf: Generation;

  /** Takes the files' states as of now. */
  constructor(
    view: FileView,
    files: Iterable<FileId>,
    absent: readonly string[] = [],
    listed: readonly string[] = [],
  ) {
    this.#ids = Int32Array.from(files);
    this.#states = Array.from(this.#ids, (id) => view.state(id));
    this.#absent = absent;
    this.#listed = listed.map((folder) => [folder, view.namesIn(folder)] as const);
    this.#filesAsOf = view.generation;
    this.#namesAsOf = -1;
  }

  get ids(): Int32Array {
    return this.#ids;
  }

  get states(): readonly FileState[] {
    return this.#states;
  }

  /** Which files and names these are: premises that hold at the same time and have the same text are equal. */
  text(): string {
    return [this.#ids.join(), ...this.#absent].join("\0");
  }

  /** Whether all of it is so now. */
  hold(view: FileView): boolean {
    if (this.#namesAsOf !== view.namesGeneration) {
      if (this.#absent.some((path) => view.exists(path))) return false;
      if (this.#listed.some(([folder, names]) => view.namesIn(folder) !== names)) return false;
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
