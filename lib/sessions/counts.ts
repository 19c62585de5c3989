import type { Reason, SessionCounts } from "../core/mod.ts";

/** What became of a command, as a session counts it. */
export interface Counted {
  readonly work: "compilations" | "links";
  readonly outcome: "cached" | "cold" | "nonCacheable" | "errors";
  readonly reason?: Reason | undefined;
  /** The main input, absolute. */
  readonly source?: string | undefined;
  /** The tool's time that a hit made unnecessary. */
  readonly savedMs?: number | undefined;
  /** Size of the result that was delivered or stored. */
  readonly bytes?: number | undefined;
}

const FIELD = {
  compilations: { cached: "hits", cold: "misses", nonCacheable: "nonCacheable", errors: "errors" },
  links: { cached: "linkHits", cold: "linkMisses", nonCacheable: "linkNonCacheable", errors: "linkErrors" },
} as const;

/** A session's counters. */
export class Counts {
  readonly #numbers: { -readonly [F in Exclude<keyof SessionCounts, "reasons" | "uniqueSources">]: number };
  readonly #reasons: Partial<Record<Reason, number>>;
  readonly #sources: Set<string>;

  constructor(kept?: SessionCounts, sources: Iterable<string> = []) {
    const { reasons = {}, uniqueSources: _size, ...numbers } = kept ?? NONE;
    this.#numbers = { ...numbers };
    this.#reasons = { ...reasons };
    this.#sources = new Set(sources);
  }

  /** Counts a command; true if its source is new. */
  add({ work, outcome, reason, source, savedMs = 0, bytes = 0 }: Counted): boolean {
    this.#numbers[FIELD[work][outcome]]++;
    this.#numbers.timeSavedMs += savedMs;
    if (outcome === "cached") this.#numbers.bytesRead += bytes;
    else this.#numbers.bytesWritten += bytes;
    if (reason !== undefined) this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (source === undefined || this.#sources.has(source)) return false;
    this.#sources.add(source);
    return true;
  }

  read(): SessionCounts {
    return { ...this.#numbers, uniqueSources: this.#sources.size, reasons: { ...this.#reasons } };
  }
}

const NONE: SessionCounts = {
  hits: 0,
  misses: 0,
  nonCacheable: 0,
  errors: 0,
  linkHits: 0,
  linkMisses: 0,
  linkNonCacheable: 0,
  linkErrors: 0,
  timeSavedMs: 0,
  uniqueSources: 0,
  bytesRead: 0,
  bytesWritten: 0,
  reasons: {},
};
