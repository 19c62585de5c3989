import { packNumbers, unpackNumbers } from "./packed_numbers.ts";

/** A list of words as numbers of a pool: a few bytes a word. */
export class Phrase implements Iterable<string> {
  readonly #words: readonly string[];
  readonly #numbers: string;

  /** `words` may grow afterwards, but what is there stays. */
  constructor(words: readonly string[], numbers: Iterable<number>) {
    this.#words = words;
    this.#numbers = packNumbers(numbers);
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const number of unpackNumbers(this.#numbers)) yield this.#words[number]!;
  }

  /** About how much memory it takes, in bytes, without the words. */
  get weight(): number {
    return this.#numbers.length + 60;
  }
}

/**
 * Words that are kept once, however many lists they are in: the commands of a project have most of theirs in common. Bounded:
 * at the limit a new pool is begun, and the old one goes with the last phrase made of it.
 */
export class WordPool {
  readonly #limitBytes: number;
  #numbers = new Map<string, number>();
  #words: string[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The list as a phrase. */
  phrase(words: Iterable<string>): Phrase {
    const numbers = Array.from(words, (word) => this.#numberOf(word));
    const phrase = new Phrase(this.#words, numbers);
    if (this.#bytes > this.#limitBytes) this.clear();
    return phrase;
  }

  /** An equal word, the same for all who ask. */
  share(word: string): string {
    return this.#words[this.#numberOf(word)]!;
  }

  /** Begins anew. */
  clear(): void {
    this.#numbers = new Map();
    this.#words = [];
    this.#bytes = 0;
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.push(word) - 1;
    this.#numbers.set(word, number);
    this.#bytes += word.length + WORD_BYTES;
    return number;
  }
}

/** What a word takes besides its characters. */
const WORD_BYTES = 70;
