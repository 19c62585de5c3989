import { type Priority, priorityWord } from "../lib/core/mod.ts";
import type { Log } from "./log.ts";

/** From this share of the processors' time on the machine counts as busy. */
const BUSY = 0.95;

/** Words that were complained about are remembered up to this many. */
const MAX_WORDS = 100;

/** Decides at what priority a tool runs: as the call asks, else as the daemon was told, else by the load. */
export class Priorities {
  readonly #initial: string | undefined;
  readonly #load: { share(): number };
  readonly #log: Pick<Log, "write">;
  readonly #complained = new Set<string>();

  /** `initial` is the daemon's own ZCCACHE_COMPILE_PRIORITY. */
  constructor(initial: string | undefined, load: { share(): number }, log: Pick<Log, "write">) {
    this.#initial = initial;
    this.#load = load;
    this.#log = log;
  }

  /** The priority for a run now; `asked` is the caller's ZCCACHE_COMPILE_PRIORITY. */
  of(asked: string | undefined): Priority {
    const word = asked ?? this.#initial ?? "auto";
    const known = priorityWord(word === "" ? "auto" : word);
    if (known === undefined) this.#complain(word);
    if (known !== "auto") return known ?? "low";
    return this.#load.share() >= BUSY ? "low" : "normal";
  }

  #complain(word: string): void {
    if (this.#complained.has(word) || this.#complained.size >= MAX_WORDS) return;
    this.#complained.add(word);
    this.#log.write(
      "warn",
      `Cannot take ZCCACHE_COMPILE_PRIORITY: ${
        JSON.stringify(word)
      } is none of auto, low, normal, idle, high; ` +
        "low is used",
    );
  }
}
