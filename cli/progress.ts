import type { Context } from "./command.ts";

/** How often a line is written anew, in milliseconds. */
const EVERY_MS = 100;

/** Where a progress line is shown. */
export interface ProgressLine {
  /** Whether anybody sees it. */
  readonly shown: boolean;
  /** Most characters that fit; 0 if unknown. */
  readonly columns: number;
  write(text: string): void;
  now(): number;
}

/** One line of a terminal that tells how far something is, and is gone when that has ended. */
export class Progress implements Disposable {
  readonly #line: ProgressLine;
  readonly #what: string;
  #shownAtMs = -Infinity;
  #length = 0;

  constructor(what: string, line: ProgressLine) {
    this.#what = what;
    this.#line = line;
  }

  /** Tells how much is done, of how much if that's known, and what with. */
  at(done: number, of: number | undefined, unit: (amount: number) => string): void {
    if (!this.#line.shown || this.#line.now() - this.#shownAtMs < EVERY_MS) return;
    this.#shownAtMs = this.#line.now();
    const share = of === undefined || of === 0 ? "" : ` ${Math.floor(100 * done / of)} %`;
    const whole = of === undefined ? "" : ` of ${unit(of)}`;
    const text = `${this.#what}:${share} ${unit(done)}${whole}`.slice(0, (this.#line.columns || 80) - 1);
    this.#line.write(`\r${text.padEnd(this.#length)}`);
    this.#length = text.length;
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    if (this.#length > 0) this.#line.write(`\r${" ".repeat(this.#length)}\r`);
  }
}

/** A line on the caller's terminal, if standard error is one. */
export function progressOf({ terminal, live }: Context, what: string): Progress {
  const { stderr: shown, columns } = terminal;
  const write = (text: string) => live?.tell(text);
  return new Progress(what, {
    shown: shown && live !== undefined,
    columns,
    write,
    now: () => performance.now(),
  });
}
