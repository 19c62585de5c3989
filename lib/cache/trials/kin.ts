import { type Digest, KeyRecipe } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import { aloneContext } from "../checkouts/common_result.ts";
import type { Unit } from "../unit.ts";

/** How many units are remembered as somebody's kin: some 3 KB each. */
const MAX_KIN = 5_000;

/** Units that differ in their -D and -U options only, each with the one compiled last. */
export class Kin {
  readonly #latest = new Map<Digest, Unit>();

  /** Notes that a unit's result is in the cache. */
  remember(unit: Unit, view: FileView): void {
    const key = kinKey(unit, view);
    if (key === undefined) return;
    this.#latest.delete(key);
    this.#latest.set(key, unit);
    if (this.#latest.size <= MAX_KIN) return;
    const oldest = this.#latest.keys().next();
    if (!oldest.done) this.#latest.delete(oldest.value);
  }

  /** A unit that may have the same tokens as this one. */
  find(unit: Unit, view: FileView): Unit | undefined {
    const key = kinKey(unit, view);
    const latest = key === undefined ? undefined : this.#latest.get(key);
    return latest === unit ? undefined : latest;
  }
}

/**
 * The key of a unit with its own inputs' contents, apart from its definitions; undefined where these can show. Units of
 * other checkouts are no kin: what was filed for one of them may hold its path.
 */
export function kinKey(unit: Unit, view: FileView): Digest | undefined {
  if (unit.kin === undefined) return undefined;
  // refreshes the own inputs' states
  unit.context(view);
  const recipe = new KeyRecipe().add("kin", unit.kin).add("in", unit.roots?.key ?? "");
  for (const state of unit.ownStates) recipe.add("own", state);
  return recipe.digest();
}

/** The key of the units with these definitions left out whose preprocessed text has this digest. */
export function preprocessedKey(kin: Digest, text: string): Digest {
  return new KeyRecipe().add("kin", kin).add("preprocessed", text).digest();
}

/** Where a kin's result is filed for a unit: for its own checkout only, for the same reason. */
export function ownContext(unit: Unit, view: FileView): Digest {
  const context = unit.context(view);
  return unit.roots === undefined ? context : aloneContext(context, unit.roots);
}
