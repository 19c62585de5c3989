import { type Digest, KeyRecipe } from "../core/mod.ts";
import type { FileState, FileView, Generation } from "../files/mod.ts";
import type { FoundFile } from "./places.ts";

/** The files that a call names itself, and the key of the call with their contents. */
export class OwnFiles {
  readonly ids: Int32Array;
  readonly #base: Digest;
  #states: readonly FileState[] = [];
  #asOf: Generation = -1;
  #key: Digest;

  /** `base` is the key of everything else. */
  constructor(view: FileView, base: Digest, ids: Iterable<number>) {
    this.#base = base;
    this.#key = base;
    this.ids = Int32Array.from(ids);
    this.refresh(view);
  }

  /** As of the last `refresh`, as all that follows. */
  get key(): Digest {
    return this.#key;
  }

  get states(): readonly FileState[] {
    return this.#states;
  }

  /** The files with what they contain. */
  found(view: FileView): FoundFile[] {
    return Array.from(this.ids, (id, i) => ({ path: view.pathOf(id), content: this.#states[i] as Digest }));
  }

  /** Takes in what the files are now; false if they are what they were. */
  refresh(view: FileView): boolean {
    if (this.ids.length === 0 || !view.changedSince(this.ids, this.#asOf)) return false;
    const states = Array.from(this.ids, (id) => view.state(id));
    this.#asOf = view.generation;
    const known = this.#states;
    if (known.length > 0 && states.every((state, i) => state === known[i])) return false;
    this.#states = states;
    const recipe = new KeyRecipe().add("base", this.#base);
    for (const state of states) recipe.add("own", state);
    this.#key = recipe.digest();
    return true;
  }
}
