import assert from "node:assert/strict";
import type { Reason } from "../../lib/core/mod.ts";
import type { Outcome } from "./process.ts";
import { sameBytes, text } from "./process.ts";
import type { Changes, Entry } from "./snapshot.ts";
import type { Counters } from "./wrapper.ts";

/**
 * What the cache must have done with a command: answered it (`hit`), run and kept it (`miss`, with or without the
 * reason), either of these where both are right, anything at all where only the result counts (`any`), run it without keeping anything for a stated reason, run it and seen it fail (`error`), or not heard of
 * it at all (`unserved`).
 */
export type ExpectedOne =
  | "hit"
  | "miss"
  | "hit or miss"
  | "any"
  | `miss:${Reason}`
  | `uncacheable:${Reason}`
  | "error"
  | "unserved";

/** The same for a command with several sources: what must have been done with each, in any order. */
export type Expected = ExpectedOne | readonly ExpectedOne[];

/** What one run did: its exit, its streams, its files. */
export interface Observed {
  readonly outcome: Outcome;
  readonly changes: Changes;
  /** Wall clock just before the run, in milliseconds. */
  readonly startedMs: number;
}

/** A stated allowance for what the tool itself does differently each time. */
export interface Allowance {
  /** Why two runs of the bare tool differ. */
  readonly because: string;
  /** Makes bytes of a file comparable. */
  readonly normalise?: (path: string, bytes: Uint8Array) => Uint8Array;
  /** Makes bytes of stdout and stderr comparable. */
  readonly stream?: (bytes: Uint8Array) => Uint8Array;
}

/** The kernel's clock for time stamps is coarser than ours. */
const CLOCK_GRAIN_MS = 20;

/** Fails unless the wrapped run is what the bare run was. */
export function assertSame(bare: Observed, wrapped: Observed, allowance: Allowance | undefined): void {
  assert.equal(wrapped.outcome.code, bare.outcome.code, `exit code\n${text(wrapped.outcome.stderr)}`);
  assert.equal(wrapped.outcome.signal, bare.outcome.signal, "signal");
  const stream = allowance?.stream ?? ((bytes: Uint8Array) => bytes);
  assertBytes(stream(wrapped.outcome.stderr), stream(bare.outcome.stderr), "stderr");
  assertBytes(stream(wrapped.outcome.stdout), stream(bare.outcome.stdout), "stdout");
  assert.deepEqual([...wrapped.changes.keys()].sort(), [...bare.changes.keys()].sort(), "files written");
  for (const [path, { after }] of bare.changes) {
    assertEntry(
      { path, bare: after, wrapped: wrapped.changes.get(path)?.after },
      wrapped.startedMs,
      allowance,
    );
  }
}

function assertEntry(
  at: { path: string; bare: Entry | undefined; wrapped: Entry | undefined },
  startedMs: number,
  allowance: Allowance | undefined,
): void {
  const { path, bare, wrapped } = at;
  assert.equal(wrapped?.kind, bare?.kind, `kind of ${path}`);
  if (bare === undefined || wrapped === undefined) return;
  assert.equal(wrapped.mode.toString(8), bare.mode.toString(8), `mode of ${path}`);
  const normalise = allowance?.normalise ?? ((_path: string, bytes: Uint8Array) => bytes);
  assertBytes(normalise(path, wrapped.bytes), normalise(path, bare.bytes), `content of ${path}`);
  if (bare.kind !== "file") return;
  const writtenMs = Number(wrapped.mtimeNs / 1_000_000n);
  assert.ok(
    writtenMs >= startedMs - CLOCK_GRAIN_MS,
    `${path} looks ${startedMs - writtenMs} ms older than the run`,
  );
}

/** Text is compared as text, so that a failure can be read. */
function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (sameBytes(actual, expected)) return;
  if (actual.length < 20_000 && expected.length < 20_000) assert.equal(text(actual), text(expected), what);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  assert.fail(`${what}: ${actual.length} bytes instead of ${expected.length}, different from byte ${at} on`);
}

const COUNTED: Readonly<Record<string, readonly number[]>> = {
  hit: [1, 0, 0, 0],
  miss: [0, 1, 0, 0],
  uncacheable: [0, 0, 1, 0],
  error: [0, 0, 0, 1],
  unserved: [0, 0, 0, 0],
};

/** Fails unless the counters moved by exactly this one command. */
export function assertCounted(delta: Counters, expected: Expected): void {
  const { cached, cold, nonCacheable, errors, reasons } = delta;
  const seen = JSON.stringify(delta);
  if (expected === "any") return assert.ok(cached + cold + nonCacheable + errors <= 1, seen);
  if (expected === "hit or miss") return assertCounted(delta, cached === 1 ? "hit" : "miss");
  const each = typeof expected === "string" ? [expected] : expected;
  const want = [0, 0, 0, 0];
  const why: Record<string, number> = {};
  for (const one of each) {
    const [outcome, reason] = one.split(":");
    COUNTED[outcome!]!.forEach((count, i) => want[i]! += count);
    if (reason !== undefined) why[reason] = (why[reason] ?? 0) + 1;
  }
  const what = `expected ${each.join()}, counted ${seen}`;
  assert.deepEqual([cached, cold, nonCacheable, errors], want, what);
  for (const [reason, count] of Object.entries(why)) assert.equal(reasons[reason], count, what);
}
