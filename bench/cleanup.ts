/** Runs what must be run at the end, the last one first, also when the user interrupts the program. */
export class Cleanup implements AsyncDisposable {
  readonly #steps = new AsyncDisposableStack();
  readonly #interrupt = () => void this[Symbol.asyncDispose]().then(() => Deno.exit(130));
  #ending: Promise<void> | undefined;

  constructor() {
    Deno.addSignalListener("SIGINT", this.#interrupt);
    Deno.addSignalListener("SIGTERM", this.#interrupt);
  }

  /** Adds a step; it runs before those that were added earlier, and whether or not these go well. */
  add(step: () => Promise<void>): void {
    this.#steps.defer(step);
  }

  /** Ends once, however often it is asked to: what is interrupted comes here too, as the command that it ran is gone. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#ending ??= this.#end();
  }

  async #end(): Promise<void> {
    try {
      await this.#steps.disposeAsync();
    } finally {
      // not before: `deno task` passes an interruption on that the terminal has given to everybody, so it comes twice
      Deno.removeSignalListener("SIGINT", this.#interrupt);
      Deno.removeSignalListener("SIGTERM", this.#interrupt);
    }
  }
}
