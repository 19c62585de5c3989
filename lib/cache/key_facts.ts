import type { Facts } from "./compare_facts.ts";

/** What a key is made of, until somebody takes it to note it elsewhere: jobs are many and live long. */
export class KeyFacts {
  #facts: Facts | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** The facts; undefined once they were taken. */
  get known(): Facts | undefined {
    return this.#facts;
  }

  take(): Facts | undefined {
    const facts = this.#facts;
    this.#facts = undefined;
    return facts;
  }
}
