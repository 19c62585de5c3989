import { PATHS, type Reason, type SessionCounts } from "../core/mod.ts";
import type { JournalCall } from "../journal/mod.ts";

/** What became of a command, as a session counts it. */
export interface Counted {
  readonly work: "compilations" | "links";
  readonly outcome: "cached" | "cold" | "nonCacheable" | "errors";
  readonly reason?: Reason | undefined;
  readonly call: JournalCall;
  /** The source, where it's not the call's own; as spelled. */
  readonly source?: string | undefined;
  /** The tool's time that a hit made unnecessary. */
  readonly savedMs?: number | undefined;
  /** Size of the result that was delivered or stored. */
  readonly bytes?: number | undefined;
  /** Whether the hit was made by another checkout's compile. */
  readonly isFromElsewhere?: boolean | undefined;
}

const FIELD = {
  compilations: { cached: "hits", cold: "misses", nonCacheable: "nonCacheable", errors: "errors" },
  links: { cached: "linkHits", cold: "linkMisses", nonCacheable: "linkNonCacheable", errors: "linkErrors" },
} as const;

/** A session's counters. */
export class Counts {
  readonly #numbers: { -readonly [F in Exclude<keyof SessionCounts, Tables | "uniqueSources">]: number };
  readonly #reasons: Partial<Record<Reason, number>>;
  readonly #unshared: Partial<Record<Reason, number>>;
  readonly #sources: Set<string>;
  /** Calls whose source is counted, so that a name is made once. */
  readonly #seen = new WeakSet<JournalCall>();

  constructor(kept?: SessionCounts, sources: Iterable<string> = []) {
    const { reasons, unshared, uniqueSources: _size, ...numbers } = { ...NONE, ...kept };
    this.#numbers = { ...numbers };
    this.#reasons = { ...reasons };
    this.#unshared = { ...unshared };
    this.#sources = new Set(sources);
  }

  /** Counts a command; gives its source if that is a new one. */
  add(counted: Counted): string | undefined {
    const { work, outcome, reason, call, source = call.source, savedMs = 0, bytes = 0 } = counted;
    this.#numbers[FIELD[work][outcome]]++;
    this.#numbers.timeSavedMs += savedMs;
    if (counted.isFromElsewhere === true) this.#numbers.worktreeHits++;
    if (outcome === "cached") this.#numbers.bytesRead += bytes;
    else this.#numbers.bytesWritten += bytes;
    if (reason !== undefined) increment(this.#reasons, reason);
    if (work === "links" || source === undefined) return undefined;
    if (source === call.source) {
      if (this.#seen.has(call)) return undefined;
      this.#seen.add(call);
    }
    const path = PATHS.from(call.cwd, source);
    if (this.#sources.has(path)) return undefined;
    this.#sources.add(path);
    return path;
  }

  /** Counts a command whose result stays with its checkout. */
  addUnshared(reason: Reason): void {
    increment(this.#unshared, reason);
  }

  read(): SessionCounts {
    return {
      ...this.#numbers,
      uniqueSources: this.#sources.size,
      reasons: { ...this.#reasons },
      unshared: { ...this.#unshared },
    };
  }
}

type Tables = "reasons" | "unshared";

function increment(table: Partial<Record<Reason, number>>, reason: Reason): void {
  table[reason] = (table[reason] ?? 0) + 1;
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
  worktreeHits: 0,
  timeSavedMs: 0,
  uniqueSources: 0,
  bytesRead: 0,
  bytesWritten: 0,
  reasons: {},
  unshared: {},
};
