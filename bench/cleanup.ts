/** Runs what must be run at the end, the last one first, also when the user interrupts the program. */
export class Cleanup implements AsyncDisposable {
  #steps: (() => Promise<void>)[] = [];
  readonly #interrupt = () => void this[Symbol.asyncDispose]().then(() => Deno.exit(130));

  constructor() {
    Deno.addSignalListener("SIGINT", this.#interrupt);
    Deno.addSignalListener("SIGTERM", this.#interrupt);
  }

  /** Adds a step; it runs before those that were added earlier. */
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.removeSignalListener("SIGINT", this.#interrupt);
    Deno.removeSignalListener("SIGTERM", this.#interrupt);
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
  }
}
