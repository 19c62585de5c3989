/** Shows how far a long step has come: one moving line on a terminal, a few plain lines elsewhere. */
export class Progress {
  readonly #label: string;
  readonly #since = performance.now();
  readonly #terminal = Deno.stdout.isTerminal();
  #shown = -1;

  constructor(label: string) {
    this.#label = label;
    this.update(0);
  }

  /** `share` from 0 to 1. */
  update(share: number): void {
    const step = this.#terminal ? Math.floor(share * 100) : Math.floor(share * 4) * 25;
    if (step <= this.#shown || (step === 100 && !this.#terminal)) return;
    this.#shown = step;
    if (this.#terminal) write(`\r  ${this.#label.padEnd(34)} ${bar(share)} ${String(step).padStart(3)} %`);
    else if (step > 0) console.log(`  ${this.#label}: ${step} % after ${this.#seconds()}`);
  }

  /** Ends the line with what came of it. */
  done(text: string): void {
    if (this.#terminal) write(`\r\x1b[K`);
    console.log(`  ${this.#label.padEnd(34)} ${this.#seconds().padStart(8)}  ${text}`.trimEnd());
  }

  #seconds(): string {
    return `${((performance.now() - this.#since) / 1000).toFixed(1)} s`;
  }
}

function bar(share: number): string {
  const filled = Math.round(share * 24);
  return `[${"#".repeat(filled)}${".".repeat(24 - filled)}]`;
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
