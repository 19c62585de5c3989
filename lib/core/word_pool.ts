import { packNumbers } from "./packed_numbers.ts";

/**
 * A list of words, as numbers of a pool: a few bytes a word. Words of its own stand in it letter by letter, the first time:
 * in a pool each takes a hundred bytes besides.
 */
export class Phrase implements Iterable<string> {
  readonly #pool: readonly string[];
  readonly #text: string;

  /** `pool` may grow afterwards, but what is there stays. */
  constructor(pool: readonly string[], text: string) {
    this.#pool = pool;
    this.#text = text;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.words().values();
  }

  /** The words. Made anew each time. */
  words(): string[] {
    const text = this.#text;
    const words: string[] = [];
    for (let at = 0; at < text.length;) {
      let start = 0;
      for (let scale = 1;; scale *= 128) {
        const code = text.charCodeAt(at++);
        start += (code & 127) * scale;
        if (code < 128) break;
      }
      const kind = start % KINDS;
      const number = (start - kind) / KINDS;
      if (kind === SHARED) words.push(this.#pool[number]!);
      else if (kind === AGAIN) words.push(words[number]!);
      else words.push(text.slice(at, at += number));
    }
    return words;
  }

  /** About how much memory it takes, in bytes, without the words. */
  get weight(): number {
    return this.#text.length + 60;
  }
}

/** Before each word of a phrase stands what it is, and a number: of the word in the pool, */
const SHARED = 0;
/** of an equal word of letters further ahead in the phrase, */
const AGAIN = 1;
/** or of the letters, which follow. */
const OWN = 2;
/** The two are one number: `number * KINDS + kind`. */
const KINDS = 3;

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

  /** The list as a phrase; `isOwn` tells words that hardly another phrase will have. */
  phrase(words: Iterable<string>, isOwn: (word: string) => boolean = () => false): Phrase {
    const text: string[] = [];
    const own = new Map<string, number>();
    let count = 0;
    for (const word of words) {
      const ahead = own.get(word);
      if (ahead !== undefined) text.push(wordStart(AGAIN, ahead));
      else if (isOwn(word)) {
        text.push(wordStart(OWN, word.length), word);
        own.set(word, count);
      } else text.push(wordStart(SHARED, this.#numberOf(word)));
      count++;
    }
    const phrase = new Phrase(this.#words, text.join(""));
    this.#bound();
    return phrase;
  }

  /** An equal word, the same for all who ask. */
  share(word: string): string {
    const shared = this.#words[this.#numberOf(word)]!;
    this.#bound();
    return shared;
  }

  /** Begins anew. */
  clear(): void {
    this.#numbers = new Map();
    this.#words = [];
    this.#bytes = 0;
  }

  #bound(): void {
    if (this.#bytes > this.#limitBytes) this.clear();
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

function wordStart(kind: number, number: number): string {
  return packNumbers([number * KINDS + kind]);
}
