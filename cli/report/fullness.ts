import type { SizePoint } from "../../lib/journal/mod.ts";
import type { Report } from "./collect.ts";

/** Points that are drawn. */
const POINTS = 120;
/** The size after a command is noted within this time, in ms. */
const NOTED_MS = 15_000;

/** How full the cache was in the time that a report is about. */
export interface Fullness {
  /** The oldest first. */
  readonly points: readonly SizePoint[];
  /** At the end: now, if a daemon runs that knows it; undefined if nobody knows. */
  readonly now: { readonly bytes: number; readonly results: number } | undefined;
  readonly budget: number | undefined;
  /** Files that were dropped. */
  readonly evicted: number;
}

/** From the first command on; of a session until what it stored is noted. */
export function fullness({ builds, sizes, session, madeMs, daemon }: Report): Fullness {
  const [first, last] = [builds[0], builds.at(-1)];
  const toMs = session === undefined || last === undefined ? madeMs : last.toMs + NOTED_MS;
  const points = sizesBetween(sizes, { fromMs: first?.fromMs ?? 0, toMs, most: POINTS });
  const number = (key: string) => typeof daemon?.[key] === "number" ? daemon[key] : undefined;
  const [bytes, results] = [number("cache_size_bytes"), number("artifact_count")];
  return {
    points,
    now: bytes === undefined || results === undefined ? points.at(-1) : { bytes, results },
    budget: number("cache_budget_bytes"),
    evicted: points.reduce((sum, { evicted }) => sum + evicted, 0),
  };
}

/** The points of a time, at most so many: of several that stand together the last one's size, and all that was dropped. */
export function sizesBetween(
  points: readonly SizePoint[],
  { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): SizePoint[] {
  const inside = points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const before = points.findLast(({ atMs }) => atMs < fromMs);
  const all = before === undefined ? inside : [{ ...before, atMs: fromMs, evicted: 0 }, ...inside];
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined || all.length <= most) return all;
  const bucketMs = (last.atMs - first.atMs) / (most - 1);
  const thinned = new Map<number, SizePoint>();
  for (const point of all) {
    const bucket = Math.floor((point.atMs - first.atMs) / bucketMs);
    const evicted = point.evicted + (thinned.get(bucket)?.evicted ?? 0);
    thinned.set(bucket, { ...point, evicted });
  }
  return [...thinned.values()];
}
