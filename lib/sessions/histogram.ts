/** Buckets for each doubling: a percentile is off by at most half of 2^(1/16), 2.2 %. */
const PER_DOUBLING = 16;
const BUCKETS = 48 * PER_DOUBLING;

/** What a histogram is as JSON: count, total, maximum, and the filled buckets. */
export interface HistogramState {
  readonly total: number;
  readonly max: number;
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

/** Times in nanoseconds, kept by magnitude: a fixed size, however many there are. */
export class Histogram {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;
  #total = 0;
  #max = 0;

  /** Takes up what another wrote as JSON. */
  static from(state: HistogramState): Histogram {
    const histogram = new Histogram();
    histogram.#total = state.total;
    histogram.#max = state.max;
    for (const [index, count] of state.buckets) {
      histogram.#buckets[index] = count;
      histogram.#count += count;
    }
    return histogram;
  }

  add(ns: number): void {
    const index = ns < 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log2(ns) * PER_DOUBLING));
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count++;
    this.#total += ns;
    if (ns > this.#max) this.#max = ns;
  }

  get count(): number {
    return this.#count;
  }

  get totalNs(): number {
    return this.#total;
  }

  get maxNs(): number {
    return this.#max;
  }

  /** The time that this share of all, 0 to 1, doesn't exceed; 0 if there are none. */
  percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    if (left === 0) return 0;
    for (const [index, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#max, Math.round(2 ** ((index + 0.5) / PER_DOUBLING)));
    }
    return this.#max;
  }

  toJSON(): HistogramState {
    const buckets: [index: number, count: number][] = [];
    for (let index = 0; index < BUCKETS; index++) {
      const count = this.#buckets[index] ?? 0;
      if (count > 0) buckets.push([index, count]);
    }
    return { total: this.#total, max: this.#max, buckets };
  }
}
