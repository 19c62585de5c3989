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
  /** By the first two characters: the lengths of the names that a value may be attached to, longest first. */
  readonly #lengths = new Map<string, number[]>();

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
    for (const { name, takes } of this.#rows.values()) {
      if (takes !== "joined" && takes !== "either") continue;
      const lengths = this.#lengths.get(name.slice(0, 2)) ?? [];
      if (!lengths.includes(name.length)) lengths.push(name.length);
      this.#lengths.set(name.slice(0, 2), lengths);
    }
    for (const lengths of this.#lengths.values()) lengths.sort((one, other) => other - one);
  }

  /** The row for an argument; undefined if none fits. */
  find(argument: string): Found<Meaning> | undefined {
    const exact = this.#rows.get(argument);
    if (exact !== undefined) return exact;
    for (const length of this.#lengths.get(argument.slice(0, 2)) ?? []) {
      if (length >= argument.length) continue;
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
