/** What a set of measurements of one thing comes to. All values in the samples' own unit. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  /** Where the lower and the upper quarter of the samples end: the spread that is shown. */
  readonly low: number;
  readonly high: number;
}

/** The value below which `share` (0 to 1) of the samples lie, interpolated. Throws `RangeError` without samples. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError("Cannot take a quantile: there are no samples");
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median and quarters. Throws `RangeError` without samples. */
export function summarise(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
  };
}

/** The growth of a series: the slope of the least-squares line, in units of y per unit of x. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const n = points.length;
  if (n < 2) return 0;
  const meanX = points.reduce((sum, p) => sum + p.x, 0) / n;
  const meanY = points.reduce((sum, p) => sum + p.y, 0) / n;
  const spread = points.reduce((sum, p) => sum + (p.x - meanX) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, p) => sum + (p.x - meanX) * (p.y - meanY), 0) / spread;
}

/** A number with three significant digits and never an exponent: 0.00123, 1.23, 12.3, 1230. */
export function threeDigits(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(6, Math.max(0, 2 - magnitude));
  return value.toFixed(decimals);
}
