import { type Reason, REASONS } from "../core/mod.ts";
import type { JournalCause, JournalOutcome } from "./record.ts";

/** A line of a journal as it is read back; what an older version didn't write is absent. */
export interface JournalEntry {
  /** Wall clock, in ms. */
  readonly atMs: number;
  readonly outcome: JournalOutcome;
  readonly compiler: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly exitCode: number | null;
  readonly sessionId: string | null;
  readonly latencyMs: number;
  readonly reason?: Reason;
  readonly detail?: string;
  readonly because?: JournalCause;
  readonly id?: string;
  /** Absolute. */
  readonly source?: string;
  readonly output?: string;
  readonly key?: string;
  readonly toolMs?: number;
}

const OUTCOMES: ReadonlySet<string> = new Set(["hit", "miss", "error", "link_hit", "link_miss"]);

/** The entry of a line; undefined for a line that is none: cut off, or written by somebody else. */
export function parseEntry(line: string): JournalEntry | undefined {
  const fields = fieldsOf(line);
  if (fields === undefined) return undefined;
  const { ts, outcome, compiler, args, cwd, exit_code, session_id, latency_ns, reason, because } = fields;
  const atMs = typeof ts === "string" ? Date.parse(ts) : NaN;
  if (!Number.isFinite(atMs) || !isOutcome(outcome) || typeof compiler !== "string" || !isTexts(args)) {
    return undefined;
  }
  return {
    atMs,
    outcome,
    compiler,
    args,
    cwd: typeof cwd === "string" ? cwd : "/",
    exitCode: typeof exit_code === "number" ? exit_code : null,
    sessionId: typeof session_id === "string" ? session_id : null,
    latencyMs: typeof latency_ns === "number" ? latency_ns / 1e6 : 0,
    ...(isReason(reason) ? { reason } : {}),
    ...(isCause(because) ? { because } : {}),
    ...texts(fields, { detail: "detail", id: "id", source: "source", output: "output", key: "context_key" }),
    ...(typeof fields["tool_ns"] === "number" ? { toolMs: fields["tool_ns"] / 1e6 } : {}),
  };
}

/** Whether an entry tells of an answer from the cache. */
export function isHit(entry: JournalEntry): boolean {
  return entry.outcome === "hit" || entry.outcome === "link_hit";
}

function fieldsOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function texts<K extends string>(
  fields: Record<string, unknown>,
  names: Readonly<Record<K, string>>,
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const key in names) {
    const value = fields[names[key]];
    if (typeof value === "string") found[key] = value;
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What came out of JSON has nothing but values that JSON can say. */
function isCause(value: unknown): value is JournalCause {
  return isObject(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isOutcome(value: unknown): value is JournalOutcome {
  return typeof value === "string" && OUTCOMES.has(value);
}

function isReason(value: unknown): value is Reason {
  return typeof value === "string" && Object.hasOwn(REASONS, value);
}
