import type { JournalCall, Phrase, WordPool } from "../../core/mod.ts";
import { nameOf } from "../paths.ts";

/** A role of a produced file, and where that goes, as spelled. */
export type Destination = readonly [role: string, path: string];

/** The words of a call, kept as one list: what it's told by, and where its outputs go. */
export class CallWords {
  readonly #all: Phrase;
  readonly #args: number;

  constructor(parts: {
    readonly destinations: readonly Destination[];
    readonly told: JournalCall;
    readonly pool: WordPool;
  }) {
    const { args, source = "", output = "" } = parts.told;
    const given = [...args];
    const all = [source, output, ...given, ...parts.destinations.flat()];
    const stem = stemOf(source);
    this.#all = parts.pool.phrase(all, (word) => stem !== "" && word.includes(stem));
    this.#args = given.length;
  }

  /** Its arguments, main input and main output, as it's told of. */
  get told(): Pick<JournalCall, "args" | "source" | "output"> {
    const words = this.#all.words();
    const [source, output] = words;
    return {
      args: words.slice(FIRST_ARGUMENT, FIRST_ARGUMENT + this.#args),
      source: source === "" ? undefined : source,
      output: output === "" ? undefined : output,
    };
  }

  /** Where a produced file of this role goes. */
  destination(role: string): string | undefined {
    const words = this.#all.words();
    for (let at = FIRST_ARGUMENT + this.#args; at < words.length; at += 2) {
      if (words[at] === role) return words[at + 1];
    }
    return undefined;
  }

  /** About how much memory they take, in bytes, without those that others have too. */
  get weight(): number {
    return this.#all.weight + WORDS_OBJECT_BYTES;
  }
}

/** The source and the output stand before it. */
const FIRST_ARGUMENT = 2;
const WORDS_OBJECT_BYTES = 40;

/** What the names of all that is made of a source begin with. */
function stemOf(source: string): string {
  const name = nameOf(source);
  return name.slice(0, name.lastIndexOf(".") + 1) || name;
}
