import { LineFile, sizeLine } from "../lib/journal/mod.ts";
import type { StoreUsage } from "../lib/store/mod.ts";

/** How long after a request the size is noted, in milliseconds; what changes meanwhile is in the same line. */
const WAIT_MS = 10_000;

/** How large the file may become; as much again is kept of what was before. */
const LIMIT_BYTES = 1024 * 1024;

/** What the history works with. */
export interface SizeHistoryParts {
  readonly file: LineFile;
  readonly usage: () => StoreUsage;
  readonly now: () => number;
  /** 10 s if not given. */
  readonly waitMs?: number;
}

/** Notes how full the cache is, for reports: a line now and then while that changes, none while it doesn't. */
export class SizeHistory implements AsyncDisposable {
  readonly #parts: SizeHistoryParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: StoreUsage | undefined;

  constructor(parts: SizeHistoryParts) {
    this.#parts = parts;
  }

  /** There was a request: something may be stored or dropped. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.#note(), this.#parts.waitMs ?? WAIT_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== undefined) this.#note();
    await this.#parts.file.written();
  }

  #note(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const usage = this.#parts.usage();
    const { results, bytes, evicted } = usage;
    const last = this.#last;
    if (last?.results === results && last.bytes === bytes && last.evicted === evicted) return;
    this.#last = usage;
    this.#parts.file.append(
      sizeLine({ atMs: this.#parts.now(), bytes, results, evicted: evicted - (last?.evicted ?? 0) }),
    );
  }
}

/** The history of a cache root. */
export function openSizeHistory(
  root: string,
  usage: () => StoreUsage,
  complain: (message: string) => void,
): SizeHistory {
  const file = new LineFile(`${root}/logs/cache_size.jsonl`, { limitBytes: LIMIT_BYTES, complain });
  return new SizeHistory({ file, usage, now: Date.now });
}
