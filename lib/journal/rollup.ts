import { REASONS } from "../core/mod.ts";
import { isHit, type JournalEntry } from "./entry.ts";

/** What became of an entry's command. */
export type EntryKind = "hit" | "miss" | "non-cacheable" | "error";

/** Commands of one tool, extension, source or crate. */
export interface Group {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly nonCacheable: number;
  readonly errors: number;
  /** Time in the daemon and, where it ran, in the tool. */
  readonly totalMs: number;
}

type Counts = { -readonly [K in Exclude<keyof Group, "name">]: Group[K] };

/** The ways in which entries are grouped. */
const GROUPINGS = ["tool", "extension", "source", "crate"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** How many of the slowest are kept. */
const MAX_SLOWEST = 1000;

/** Rolls up the entries of a journal, one after another. */
export class Rollup {
  readonly compilations = none();
  readonly links = none();
  readonly reasons = new Map<string, number>();
  readonly #groups: Readonly<Record<Grouping, Map<string, Counts>>> = {
    tool: new Map(),
    extension: new Map(),
    source: new Map(),
    crate: new Map(),
  };
  #slowest: JournalEntry[] = [];
  #savedMs = 0;

  add(entry: JournalEntry): void {
    const kind = kindOf(entry);
    count(entry.outcome.startsWith("link") ? this.links : this.compilations, kind, entry);
    const names = {
      tool: entry.compiler.slice(entry.compiler.lastIndexOf("/") + 1),
      extension: extensionOf(entry),
      source: entry.source,
      crate: optionOf(entry, "--crate-name"),
    } as const satisfies Record<Grouping, string | undefined>;
    for (const by of GROUPINGS) {
      const name = names[by];
      if (name !== undefined) count(this.#countsOf(by, name), kind, entry);
    }
    if (entry.reason !== undefined) {
      this.reasons.set(entry.reason, (this.reasons.get(entry.reason) ?? 0) + 1);
    }
    if (kind === "hit") this.#savedMs += entry.toolMs ?? 0;
    this.#slowest.push(entry);
    if (this.#slowest.length >= 2 * MAX_SLOWEST) this.#slowest = this.slowest(MAX_SLOWEST);
  }

  /** The groups of one kind, by name. */
  groups(by: Grouping): Group[] {
    return [...this.#groups[by]].map(([name, counts]) => ({ name, ...counts }));
  }

  /** Those that took longest, the longest first; at most 1000. */
  slowest(most: number): JournalEntry[] {
    return this.#slowest.toSorted((a, b) => b.latencyMs - a.latencyMs).slice(0, most);
  }

  /** The tools' time that hits made unnecessary. */
  get savedMs(): number {
    return this.#savedMs;
  }

  #countsOf(by: Grouping, name: string): Counts {
    const groups = this.#groups[by];
    let counts = groups.get(name);
    if (counts === undefined) groups.set(name, counts = none());
    return counts;
  }
}

/** What became of a command; a miss that could not have been a hit is told by its reason. */
export function kindOf(entry: JournalEntry): EntryKind {
  if (isHit(entry)) return "hit";
  if (entry.outcome === "error") return "error";
  return entry.reason === undefined || REASONS[entry.reason].group === "miss" ? "miss" : "non-cacheable";
}

/** The value of an option that stands before it: `--name VALUE` or `--name=VALUE`. */
export function optionOf({ args }: JournalEntry, option: string): string | undefined {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const found = args[at];
  if (found === undefined) return undefined;
  return found === option ? args[at + 1] : found.slice(option.length + 1);
}

/** Of the main input; else of the last argument that looks like a file; else empty. */
export function extensionOf({ source, args }: JournalEntry): string {
  const path = source ?? args.findLast((arg) => !arg.startsWith("-") && /\.[A-Za-z][\w+]*$/.test(arg)) ?? "";
  return /\.([^./]+)$/.exec(path)?.[1] ?? "";
}

function count(counts: Counts, kind: EntryKind, { latencyMs }: JournalEntry): void {
  if (kind === "hit") counts.hits++;
  else if (kind === "miss") counts.misses++;
  else if (kind === "non-cacheable") counts.nonCacheable++;
  else counts.errors++;
  counts.totalMs += latencyMs;
}

function none(): Counts {
  return { hits: 0, misses: 0, nonCacheable: 0, errors: 0, totalMs: 0 };
}
