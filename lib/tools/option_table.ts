/**
 * How an option's value is attached: not at all; to the name (`-DX`, may be empty); as the next argument; either way
 * (attached if there is anything behind the name).
 */
export type Takes = "none" | "joined" | "next" | "either";

/** One option: its name, how it takes its value, what it means. */
export type Row<Meaning> = readonly [name: string, takes: Takes, meaning: Meaning];

/** An option found in an argument. */
export interface Found<Meaning> {
  readonly name: string;
  readonly takes: Takes;
  readonly meaning: Meaning;
}

/** Options as data. The longest name that fits an argument wins. */
export class OptionTable<Meaning> {
  readonly #rows = new Map<string, Found<Meaning>>();
  readonly #longest: number;

  /**
   * @param rows sorted by name in code units, without duplicates; else a RangeError is thrown
   * @param base rows that hold where these have none of the same name
   */
  constructor(rows: readonly Row<Meaning>[], base?: OptionTable<Meaning>) {
    if (base !== undefined) { for (const [name, row] of base.#rows) this.#rows.set(name, row); }
    let previous = "";
    for (const [name, takes, meaning] of rows) {
      if (name <= previous) {
        throw new RangeError(`Cannot build the option table: "${name}" stands after "${previous}"`);
      }
      previous = name;
      this.#rows.set(name, { name, takes, meaning });
    }
    this.#longest = Math.max(0, ...[...this.#rows.keys()].map((name) => name.length));
  }

  /** The row for an argument; undefined if none fits. */
  find(argument: string): Found<Meaning> | undefined {
    const exact = this.#rows.get(argument);
    if (exact !== undefined) return exact;
    for (let length = Math.min(this.#longest, argument.length - 1); length > 0; length--) {
      const row = this.#rows.get(argument.slice(0, length));
      if (row !== undefined && (row.takes === "joined" || row.takes === "either")) return row;
    }
    return undefined;
  }

  /** All names, for tests and for the manual. */
  names(): readonly string[] {
    return [...this.#rows.keys()];
  }
}
