import type { Reason } from "../core/mod.ts";
import { isHit, type JournalEntry } from "./entry.ts";
import type { JournalValue } from "./record.ts";

/** What commands of one reason have in common. */
export interface ReasonTally {
  readonly reason: Reason;
  readonly count: number;
  /** The tools' time, in ms, as far as it's known. */
  readonly toolMs: number;
  /** Files, the first ones. */
  readonly examples: readonly string[];
}

/** Something that differed for several commands: an edited header, a changed argument. */
export interface ChangeTally {
  readonly kind: string;
  /** The path or variable; for an argument what it was and is. */
  readonly name: string;
  /** Commands that missed for it, alone or among other things. */
  readonly count: number;
  /** Those commands' time in the tools, in ms. */
  readonly toolMs: number;
}

/** What many commands came to. */
export interface JournalTally {
  readonly total: number;
  readonly hits: number;
  /** The tools' time that hits made unnecessary, and that was spent, in ms. */
  readonly savedMs: number;
  readonly spentMs: number;
  /** The most frequent first. */
  readonly reasons: readonly ReasonTally[];
  /** The most expensive first. */
  readonly changes: readonly ChangeTally[];
}

/** How many files a reason is shown with. */
const EXAMPLES = 3;

/** Adds up entries one by one. */
export class Tallying {
  readonly #reasons = new Map<Reason, { count: number; toolMs: number; examples: Set<string> }>();
  readonly #changes = new Map<string, { kind: string; name: string; count: number; toolMs: number }>();
  #total = 0;
  #hits = 0;
  #savedMs = 0;
  #spentMs = 0;

  add(entry: JournalEntry): void {
    this.#total++;
    const toolMs = entry.toolMs ?? 0;
    if (isHit(entry)) {
      this.#hits++;
      this.#savedMs += toolMs;
      return;
    }
    this.#spentMs += toolMs;
    if (entry.reason !== undefined) this.#addReason(entry.reason, entry);
    const seen = new Set<string>();
    for (const { kind, name } of differencesOf(entry)) {
      const key = `${kind}\0${name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const change = this.#changes.get(key) ?? { kind, name, count: 0, toolMs: 0 };
      change.count++;
      change.toolMs += toolMs;
      this.#changes.set(key, change);
    }
  }

  /** What was added so far. */
  get result(): JournalTally {
    return {
      total: this.#total,
      hits: this.#hits,
      savedMs: this.#savedMs,
      spentMs: this.#spentMs,
      reasons: [...this.#reasons].map(([reason, row]) => ({ reason, ...row, examples: [...row.examples] }))
        .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
      changes: [...this.#changes.values()].sort((a, b) => b.toolMs - a.toolMs || b.count - a.count),
    };
  }

  #addReason(reason: Reason, entry: JournalEntry): void {
    const row = this.#reasons.get(reason) ?? { count: 0, toolMs: 0, examples: new Set<string>() };
    row.count++;
    row.toolMs += entry.toolMs ?? 0;
    if (row.examples.size < EXAMPLES) row.examples.add(subjectOf(entry));
    this.#reasons.set(reason, row);
  }
}

/** What a command was about, for people: its source, else its output, else what was called. */
export function subjectOf(entry: JournalEntry): string {
  return entry.source ?? entry.output ?? [entry.compiler, ...entry.args].join(" ").slice(0, 200);
}

/** A difference as a journal tells it; see docs/manual/why.md. */
export interface ToldDifference {
  readonly kind: string;
  /** What differs, always with a text: for an argument what it was and is. */
  readonly name: string;
  readonly was?: string;
  readonly now?: string;
  readonly hides?: string;
  readonly atMs?: number;
  readonly via?: readonly string[];
}

/** The differences that an entry tells of; what is malformed is left out. */
export function differencesOf(entry: JournalEntry): ToldDifference[] {
  const told: JournalValue | undefined = entry.because?.["differences"];
  if (!Array.isArray(told)) return [];
  return told.flatMap((value: JournalValue): ToldDifference[] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const text = (key: string): string | undefined => {
      const field: unknown = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      return typeof field === "string" ? field : undefined;
    };
    const [kind, was, now, hides, at] = ["kind", "was", "now", "hides", "at"].map(text);
    if (kind === undefined) return [];
    const via = (value as Record<string, unknown>)["via"];
    const name = text("name") ?? `${was ?? ""} → ${now ?? ""}`;
    return [{
      kind,
      name,
      ...(was === undefined ? {} : { was }),
      ...(now === undefined ? {} : { now }),
      ...(hides === undefined ? {} : { hides }),
      ...(at === undefined || !Number.isFinite(Date.parse(at)) ? {} : { atMs: Date.parse(at) }),
      ...(Array.isArray(via) ? { via: via.filter((step) => typeof step === "string") } : {}),
    }];
  });
}
