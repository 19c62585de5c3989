import { LruMap } from "../../core/mod.ts";

/** Values of which many are equal, each kept once; told by a text that says all of them. Bounded in bytes. */
export class Sharing<T> {
  readonly #known: LruMap<string, { readonly text: string; readonly value: T }>;

  constructor(limitBytes: number) {
    this.#known = new LruMap({ limit: limitBytes, weigh: ({ text }) => 3 * text.length + 200 });
  }

  /** The value that was kept for this text before, if it will `do`; else this one from now on. */
  of(text: string, value: T, willDo: (known: T) => boolean = () => true): T {
    const known = this.#known.get(text);
    if (known !== undefined && willDo(known.value)) return known.value;
    this.#known.set(text, { text, value });
    return value;
  }

  clear(): void {
    this.#known.clear();
  }
}
