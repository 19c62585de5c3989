import { PairTable } from "./input_set.ts";

/** A pair as the index has it. */
export interface PairRow {
  readonly row: number;
  readonly path: string;
  readonly content: string;
  readonly crc: number;
}

/** The pairs of the index that are in memory, by row, by number and by what they say. */
export class KnownPairs {
  readonly table = new PairTable();
  readonly #numbers = new Map<number, number>();
  readonly #rows: number[] = [];
  readonly #crcs: number[] = [];

  get size(): number {
    return this.table.size;
  }

  add({ row, path, content, crc }: PairRow): void {
    const pair = this.table.add(path, content);
    this.#numbers.set(row, pair);
    this.#rows[pair] = row;
    this.#crcs[pair] = crc;
  }

  /** The number of the pair in a row; undefined if it isn't known. */
  ofRow(row: number): number | undefined {
    return this.#numbers.get(row);
  }

  /** The row of a pair; undefined if it isn't known. */
  rowOf(path: string, content: string): number | undefined {
    const pair = this.table.find(path, content);
    return pair === undefined ? undefined : this.#rows[pair];
  }

  /** The checksum of a pair, by number. */
  crc(pair: number): number {
    return this.#crcs[pair]!;
  }
}
