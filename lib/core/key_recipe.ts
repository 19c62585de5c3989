import { type Digest, digestText } from "./digest.ts";

/** Moves whenever the meaning of any fact in any recipe changes: older entries are then never found again. */
export const RECIPE_VERSION = 1;

/**
 * What a key is made of: labelled facts in a fixed order. The text form is
 * `v<version>\0` then `label:length:value` for each fact, so no two different lists can have the same text.
 */
export class KeyRecipe {
  readonly #facts: [label: string, value: string][] = [];

  /** Adds a fact; labels may repeat, the order counts. */
  add(label: string, value: string): this {
    this.#facts.push([label, value]);
    return this;
  }

  /** The facts, to show them (`zccache inspect`) or to compare two keys. */
  get facts(): readonly (readonly [label: string, value: string])[] {
    return this.#facts;
  }

  /** The text that is hashed. */
  text(): string {
    let text = `v${RECIPE_VERSION}\0`;
    for (const [label, value] of this.#facts) text += `${label}:${value.length}:${value}`;
    return text;
  }

  /** The key. */
  digest(): Digest {
    return digestText(this.text());
  }
}
