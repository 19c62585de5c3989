import { Buffer } from "node:buffer";

/** What a text has of some names: one of them as a word, words that they could be put together from, or who knows. */
export type NamePieces = ReadonlySet<string> | "a name" | "unclear";

const NONE: ReadonlySet<string> = new Set();

/**
 * The words of a C or C++ text that are pieces of the names, or that one of these stands there; comments count for
 * nothing, and of a literal only a whole name does (`_Pragma`). A word that stands there continued on the next line is
 * found, and so is any token: each one that consists of letters, digits and underscores is one of the words. If where
 * comments and literals end depends on more than the text, it's unclear. Holds where `//` begins a comment.
 *
 * @param names upper and lower case letters, digits and underscores
 */
export function namePieces(original: Uint8Array, names: readonly string[]): NamePieces {
  const bytes = continued(original);
  if (bytes === undefined) return "unclear";
  return new Scan(bytes, names).pieces() ?? "unclear";
}

/**
 * Whether one of the words of a text, wherever it stands, is one of the names or the beginning of one. Where none is, the
 * text has nothing that a name could begin with, whatever kind of text it is.
 */
export function hasBeginning(bytes: Uint8Array, names: readonly string[]): boolean {
  return bytes.includes(0) || names.some((name) => {
    const first = name.charCodeAt(0);
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
      if (KINDS[bytes[at - 1]!] === WORD) continue;
      let length = 1;
      while (length < name.length && bytes[at + length] === name.charCodeAt(length)) length++;
      if (KINDS[bytes[at + length]!] !== WORD) return true;
    }
    return false;
  });
}

/** The same of a text of any other kind: all words count, wherever they stand. */
export function wordPieces(bytes: Uint8Array, names: readonly string[]): NamePieces {
  const scan = new Scan(bytes, names);
  scan.words(0, bytes.length, true);
  return scan.found;
}

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const APOSTROPHE = 39;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const LESS = 60;
const QUESTION = 63;
const BACKSLASH = 92;

const WORD = 1;
const SPECIAL = 2;

/** What begins where: a word, something to look at, or nothing. */
const KINDS = kinds();

function kinds(): Uint8Array {
  const table = new Uint8Array(256);
  for (let code = 0; code < 128; code++) if (/\w/.test(String.fromCharCode(code))) table[code] = WORD;
  for (const code of [QUOTE, APOSTROPHE, SLASH]) table[code] = SPECIAL;
  return table;
}

/** Where a comment's delimiter, or a backslash, may belong to the name of a file. */
const IN_FILE_NAME = /(?:include|import|embed)(?:[^\n<]*<[^>\n]*$|.*\\)/;

class Scan {
  readonly #bytes: Uint8Array;
  readonly #names: readonly string[];
  /** The characters of the names, and the longest of them. */
  readonly #characters = new Uint8Array(256);
  readonly #longest: number;
  #found: Set<string> | undefined;
  #named = false;

  constructor(bytes: Uint8Array, names: readonly string[]) {
    this.#bytes = bytes;
    this.#names = names;
    for (const name of names) {
      for (let i = 0; i < name.length; i++) this.#characters[name.charCodeAt(i)] = 1;
    }
    this.#longest = Math.max(...names.map((name) => name.length));
  }

  get found(): ReadonlySet<string> | "a name" {
    return this.#named ? "a name" : this.#found ?? NONE;
  }

  /** Reads it as C; undefined where that's unclear. */
  pieces(): ReadonlySet<string> | "a name" | undefined {
    const bytes = this.#bytes;
    const { length } = bytes;
    for (let at = 0; at < length && !this.#named;) {
      const kind = KINDS[bytes[at]!]!;
      if (kind === 0) at++;
      else if (kind === WORD) {
        const next = this.#word(at);
        if (next === undefined) return undefined;
        at = next;
      } else {
        const next = bytes[at] === SLASH ? this.#comment(at) : this.#literal(at);
        if (next === undefined) return undefined;
        at = next;
      }
    }
    return this.found;
  }

  /** Takes in the words between two places; `asPieces` unless only whole names count. */
  words(from: number, to: number, asPieces: boolean): void {
    const bytes = this.#bytes;
    for (let at = from; at < to;) {
      if (KINDS[bytes[at]!] !== WORD) {
        at++;
        continue;
      }
      const start = at;
      while (at < to && KINDS[bytes[at]!] === WORD) at++;
      this.#take(start, at, asPieces);
    }
  }

  /** A word or number from here on; gives where it ends. */
  #word(start: number): number | undefined {
    const bytes = this.#bytes;
    let at = start;
    let known = 1;
    while (KINDS[bytes[at]!] === WORD) known &= this.#characters[bytes[at++]!]!;
    if (known === 1) this.#take(start, at, true);
    if (bytes[at] === APOSTROPHE && this.#isOfNumber(start)) return this.#separated(at);
    // where strings may be raw depends on the language
    if (bytes[at] === QUOTE && bytes[at - 1] === 82) return undefined;
    return at;
  }

  /** Whether a word is a number or may go on one (`0x1.p3`, `1e+f`). */
  #isOfNumber(start: number): boolean {
    const before = this.#bytes[start - 1];
    return this.#bytes[start]! < 58 || before === DOT || before === PLUS || before === MINUS;
  }

  /** The rest of a number that has separators between its digits: an even number of them might be literals as well. */
  #separated(start: number): number | undefined {
    const bytes = this.#bytes;
    let at = start;
    let separators = 0;
    while (bytes[at] === APOSTROPHE && KINDS[bytes[at + 1]!] === WORD) {
      separators++;
      const from = ++at;
      while (KINDS[bytes[at]!] === WORD) at++;
      this.#take(from, at, true);
    }
    return separators > 0 && separators % 2 === 0 && bytes[at] !== APOSTROPHE ? at : undefined;
  }

  /** A comment, or a slash. */
  #comment(start: number): number | undefined {
    const bytes = this.#bytes;
    const next = bytes[start + 1];
    if (next !== SLASH && next !== STAR) return start + 1;
    if (this.#mayBeInFileName(start)) return undefined;
    if (next === SLASH) {
      const end = bytes.indexOf(NEWLINE, start);
      return end < 0 ? bytes.length : end;
    }
    for (let at = start + 2;;) {
      const star = bytes.indexOf(STAR, at);
      if (star < 0) return undefined;
      if (bytes[star + 1] === SLASH) return star + 2;
      at = star + 1;
    }
  }

  /** Whether what looks like a comment may belong to the name of a file, or a string before it end elsewhere. */
  #mayBeInFileName(at: number): boolean {
    const bytes = this.#bytes;
    let odd = false;
    let start = at;
    while (start > 0 && bytes[start - 1] !== NEWLINE) {
      start--;
      odd ||= bytes[start] === LESS || bytes[start] === BACKSLASH;
    }
    return odd && IN_FILE_NAME.test(latin1(bytes.subarray(start, at)));
  }

  /** A string or character, or a quote with no other on its line. */
  #literal(start: number): number | undefined {
    const bytes = this.#bytes;
    const quote = bytes[start]!;
    let at = start + 1;
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== NEWLINE) {
      at += bytes[at] === BACKSLASH ? 2 : 1;
    }
    if (bytes[at] === quote) {
      this.words(start, at, false);
      return at + 1;
    }
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    // whether a comment begins there is not for us to say
    for (let slash = start; slash < end; slash++) {
      if (bytes[slash] === SLASH && bytes[slash + 1] === STAR) return undefined;
    }
    this.words(start, end, true);
    return end;
  }

  #take(start: number, end: number, asPiece: boolean): void {
    if (end - start > this.#longest) return;
    for (let at = start; at < end; at++) if (this.#characters[this.#bytes[at]!] !== 1) return;
    const word = latin1(this.#bytes.subarray(start, end));
    if (this.#names.includes(word)) this.#named = true;
    else if (asPiece && this.#names.some((name) => name.includes(word))) {
      (this.#found ??= new Set()).add(word);
    }
  }
}

/**
 * The text with continued lines joined; undefined if what continues a line or ends it depends on more than the text, or if it
 * is none.
 */
function continued(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.includes(0)) return undefined;
  for (let at = bytes.indexOf(RETURN); at >= 0; at = bytes.indexOf(RETURN, at + 1)) {
    if (bytes[at + 1] !== NEWLINE) return undefined;
  }
  for (let at = bytes.indexOf(QUESTION); at >= 0; at = bytes.indexOf(QUESTION, at + 1)) {
    if (bytes[at + 1] === QUESTION && (bytes[at + 2] === SLASH || bytes[at + 2] === APOSTROPHE)) {
      return undefined;
    }
  }
  let joined: Uint8Array | undefined;
  let length = 0;
  let from = 0;
  for (let at = bytes.indexOf(BACKSLASH); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1)) {
    let end = at + 1;
    while (isSpace(bytes[end])) end++;
    if (bytes[end] !== NEWLINE) continue;
    joined ??= new Uint8Array(bytes.length);
    joined.set(bytes.subarray(from, at), length);
    length += at - from;
    from = end + 1;
  }
  if (joined === undefined) return bytes;
  joined.set(bytes.subarray(from), length);
  return joined.subarray(0, length + bytes.length - from);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** Space, tabs, form feed, and the carriage return before a newline. */
function isSpace(code: number | undefined): boolean {
  return code === 32 || code === 9 || code === 11 || code === 12 || code === RETURN;
}
