/** How full the cache was at a moment: a line of `logs/cache_size.jsonl`. */
export interface SizePoint {
  /** Wall clock, in ms. */
  readonly atMs: number;
  readonly bytes: number;
  readonly results: number;
  /** Files dropped for the budget or their age since the line before. */
  readonly evicted: number;
}

/** A moment as one line of JSON. */
export function sizeLine({ atMs, bytes, results, evicted }: SizePoint): string {
  return `${JSON.stringify({ ts: new Date(atMs).toISOString(), bytes, results, evicted })}\n`;
}

/** The moment that a line tells of; undefined for a line that is none: cut off, or written by somebody else. */
export function parseSizeLine(line: string): SizePoint | undefined {
  const fields = fieldsOf(line);
  const number = (name: string) => typeof fields[name] === "number" ? fields[name] : NaN;
  const atMs = typeof fields["ts"] === "string" ? Date.parse(fields["ts"]) : NaN;
  const point = { atMs, bytes: number("bytes"), results: number("results"), evicted: number("evicted") };
  return Object.values(point).every((value) => Number.isFinite(value) && value >= 0) ? point : undefined;
}

function fieldsOf(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
