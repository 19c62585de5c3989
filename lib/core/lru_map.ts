/** How much a bounded map may hold, in a unit of the caller's choice. */
export interface Bound<V> {
  readonly limit: number;
  weigh(value: V): number;
}

/** A map that forgets what was not asked for the longest, once its values together weigh too much. */
export class LruMap<K, V> {
  readonly #map = new Map<K, V>();
  readonly #bound: Bound<V>;
  #weight = 0;

  constructor(bound: Bound<V>) {
    this.#bound = bound;
  }

  /** The value, which becomes the most recent one. */
  get(key: K): V | undefined {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    this.#map.delete(key);
    this.#map.set(key, value);
    return value;
  }

  /** The value; nothing becomes of its rank. */
  peek(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** Adds or replaces a value. One that alone weighs more than a quarter of the limit is not kept. */
  set(key: K, value: V): void {
    this.delete(key);
    const weight = this.#bound.weigh(value);
    if (weight > this.#bound.limit / 4) return;
    this.#map.set(key, value);
    this.#weight += weight;
    for (const oldest of this.#map.keys()) {
      if (this.#weight <= this.#bound.limit) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.#map.get(key);
    if (value === undefined) return;
    this.#map.delete(key);
    this.#weight -= this.#bound.weigh(value);
  }

  clear(): void {
    this.#map.clear();
    this.#weight = 0;
  }

  get size(): number {
    return this.#map.size;
  }
}
