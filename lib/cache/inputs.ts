import type { InputSet } from "../store/mod.ts";

/** The inputs of an entry as files: which these are now, and what each contained. */
export class Inputs {
  readonly ids: Int32Array;
  readonly #found: InputSet;
  #contents: readonly string[] | undefined;

  /** The ids are those of the set's pairs, in their order. */
  constructor(ids: Int32Array, found: InputSet) {
    this.ids = ids;
    this.#found = found;
  }

  /** What each contained. Made when asked for: whether any may have changed is told by the ids alone. */
  get contents(): readonly string[] {
    const { table } = this.#found;
    return this.#contents ??= this.#found.pairs().map((pair) => table.content(pair));
  }
}
