import { packNumbers, unpackNumbers } from "../../core/mod.ts";

/** A path as spelled, and what was there: a digest, or a word such as `absent`. */
export type PathAndContent = readonly [path: string, content: string];

/** Pairs of a path and a content by small numbers. Pairs are only ever added, so a number stays good for as long as the table. */
export class PairTable {
  readonly #paths: string[] = [];
  readonly #contents: string[] = [];
  /** The pair of a path that was added last, and for each pair the one of the same path before it. */
  readonly #last = new Map<string, number>();
  readonly #before: number[] = [];

  get size(): number {
    return this.#paths.length;
  }

  /** The path of a pair. Throws `RangeError` for a number that this table didn't give. */
  path(pair: number): string {
    const path = this.#paths[pair];
    if (path === undefined) throw new RangeError(`Cannot find a path: there is no pair ${pair}`);
    return path;
  }

  /** The content of a pair. Throws `RangeError` for a number that this table didn't give. */
  content(pair: number): string {
    const content = this.#contents[pair];
    if (content === undefined) throw new RangeError(`Cannot find a content: there is no pair ${pair}`);
    return content;
  }

  find(path: string, content: string): number | undefined {
    let pair = this.#last.get(path) ?? NONE;
    while (pair !== NONE && this.#contents[pair] !== content) pair = this.#before[pair] ?? NONE;
    return pair === NONE ? undefined : pair;
  }

  /** The number of a pair, which is added if it isn't there. */
  add(path: string, content: string): number {
    const known = this.find(path, content);
    if (known !== undefined) return known;
    const before = this.#last.get(path);
    const pair = this.#contents.push(content) - 1;
    // one string for all pairs of a path
    this.#paths.push(before === undefined ? path : this.path(before));
    this.#before.push(before ?? NONE);
    this.#last.set(this.path(pair), pair);
    return pair;
  }
}

/** No pair has this number. */
const NONE = -1;

/**
 * A set of pairs of a table. A hundred thousand units have four hundred each, mostly the same few thousand: kept as the
 * gaps between ascending numbers, neighbours in one piece, that's less than a byte a pair.
 */
export class InputSet implements Iterable<PathAndContent> {
  readonly table: PairTable;
  readonly size: number;
  readonly #gaps: string;

  /** Takes numbers of pairs in any order; repetitions are dropped. */
  constructor(table: PairTable, pairs: Iterable<number>) {
    const ascending = Int32Array.from(new Set(pairs)).sort();
    this.table = table;
    this.size = ascending.length;
    this.#gaps = packNumbers(gapsBetween(ascending));
  }

  /** The numbers of the pairs in the table, ascending. */
  pairs(): number[] {
    const gaps = unpackNumbers(this.#gaps);
    const pairs: number[] = [];
    let last = -1;
    for (let at = 0; at < gaps.length; at++) {
      const gap = gaps[at]!;
      if (gap !== NEIGHBOURS) pairs.push(last += gap);
      else for (let left = gaps[++at]!; left > 0; left--) pairs.push(++last);
    }
    return pairs;
  }

  *[Symbol.iterator](): Iterator<PathAndContent> {
    for (const pair of this.pairs()) yield [this.table.path(pair), this.table.content(pair)];
  }

  /** About how much memory it takes, in bytes, without the table. */
  get weight(): number {
    return this.#gaps.length + 100;
  }
}

/** Stands for a gap and says that the next number is one of neighbours. No gap is this. */
const NEIGHBOURS = 0;
/** Fewer neighbours than this are shorter one by one. */
const FEWEST_NEIGHBOURS = 3;

/** The gaps between ascending numbers, the first one's to -1. */
function gapsBetween(ascending: Int32Array): number[] {
  const gaps: number[] = [];
  for (let at = 0; at < ascending.length;) {
    let end = at;
    while (end < ascending.length && ascending[end]! - (ascending[end - 1] ?? -1) === 1) end++;
    if (end - at >= FEWEST_NEIGHBOURS) {
      gaps.push(NEIGHBOURS, end - at);
      at = end;
    } else {
      gaps.push(ascending[at]! - (ascending[at - 1] ?? -1));
      at++;
    }
  }
  return gaps;
}
