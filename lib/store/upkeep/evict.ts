import type { Totals } from "../index/totals.ts";

/** How full the store and its volume are. */
export interface Fullness {
  readonly totals: Totals;
  readonly budgetBytes: number;
  /** Whether the volume itself is nearly full. */
  readonly volumeLow: boolean;
  /** Whether the daily look at old results is due. */
  readonly daily: boolean;
}

/** What to remove: results, least recently used first, until no more than `targetBytes` are left or all were used lately. */
export interface EvictionGoal {
  readonly targetBytes: number;
  /** Only what was not used for so long, in milliseconds. */
  readonly idleMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Results are kept for at most this long after their last use. */
export const MAX_AGE_MS = 30 * DAY_MS;
/** How often old results are looked for. */
export const AGE_PASS_MS = DAY_MS;
/** What was used within the last minute stays: recorded uses may be a minute old themselves. */
const RECENT_MS = 2 * 60_000;
const IDLE_MS = 4 * DAY_MS;

/** Bytes that count towards the budget. */
export function usedBytes(totals: Totals): number {
  return totals.blobBytes + totals.resultBytes;
}

/** What to do, most urgent first; an empty list if there is room. */
export function evictionGoals(fullness: Fullness): EvictionGoal[] {
  const { totals, budgetBytes, volumeLow, daily } = fullness;
  const used = usedBytes(totals);
  const goals: EvictionGoal[] = [];
  if (daily) goals.push({ targetBytes: 0, idleMs: MAX_AGE_MS });
  if (volumeLow) goals.push({ targetBytes: 0.8 * Math.min(used, budgetBytes), idleMs: RECENT_MS });
  else if (used > budgetBytes) goals.push({ targetBytes: 0.8 * budgetBytes, idleMs: RECENT_MS });
  else if (used > 0.85 * budgetBytes) goals.push({ targetBytes: 0.7 * budgetBytes, idleMs: IDLE_MS });
  return goals;
}
