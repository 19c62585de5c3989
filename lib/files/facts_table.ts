import { type ContentFacts, type Digest, FACT_FLAGS, factFlags, WordPool } from "../core/mod.ts";

/** Memory for names that contents ask for, before a new pool of them is begun, in bytes. */
const WORDS_BYTES = 16 * 1024 * 1024;
const NO_NAMES: readonly string[] = [];

/** The facts of contents by digest, packed: there is a content for each source and header of a project. */
export class FactsTable {
  readonly #facts = new Map<Digest, ContentFacts>();
  readonly #words = new WordPool(WORDS_BYTES);

  has(digest: Digest): boolean {
    return this.#facts.has(digest);
  }

  get(digest: Digest): ContentFacts | undefined {
    return this.#facts.get(digest);
  }

  set(digest: Digest, facts: ContentFacts): void {
    this.#facts.set(
      digest,
      new PackedFacts(factFlags(facts), {
        hasIncludeNames: this.#names(facts.hasIncludeNames),
        includes: this.#names(facts.includes),
        // of two equal texts one is enough
        blanked: facts.blanked === digest ? digest : facts.blanked,
      }),
    );
  }

  #names(names: readonly string[]): readonly string[] {
    return names.length === 0 ? NO_NAMES : names.map((name) => this.#words.share(name));
  }
}

/** The facts that are so or not as the bits of one number. */
class PackedFacts implements ContentFacts {
  readonly hasIncludeNames: readonly string[];
  readonly includes: readonly string[];
  readonly blanked: Digest;
  readonly #flags: number;

  constructor(
    flags: number,
    rest: Pick<ContentFacts, "hasIncludeNames" | "includes" | "blanked">,
  ) {
    this.#flags = flags;
    this.hasIncludeNames = rest.hasIncludeNames;
    this.includes = rest.includes;
    this.blanked = rest.blanked;
  }

  get usesDate(): boolean {
    return this.#has(BIT.usesDate);
  }

  get usesTime(): boolean {
    return this.#has(BIT.usesTime);
  }

  get usesTimestamp(): boolean {
    return this.#has(BIT.usesTimestamp);
  }

  get comparesTimes(): boolean {
    return this.#has(BIT.comparesTimes);
  }

  get assemblerInclude(): boolean {
    return this.#has(BIT.assemblerInclude);
  }

  get computedHasInclude(): boolean {
    return this.#has(BIT.computedHasInclude);
  }

  get computedInclude(): boolean {
    return this.#has(BIT.computedInclude);
  }

  get systemHeaderPragma(): boolean {
    return this.#has(BIT.systemHeaderPragma);
  }

  get lineDirective(): boolean {
    return this.#has(BIT.lineDirective);
  }

  get once(): boolean {
    return this.#has(BIT.once);
  }

  get imports(): boolean {
    return this.#has(BIT.imports);
  }

  #has(bit: number): boolean {
    return (this.#flags & bit) !== 0;
  }
}

type Flag = (typeof FACT_FLAGS)[number];

/** Where each of them is. */
const BIT = Object.fromEntries(FACT_FLAGS.map((name, bit) => [name, 2 ** bit])) as Record<Flag, number>;
