import type { Machine } from "../measure/machine.ts";
import { summarise, type Summary, threeDigits } from "../measure/stats.ts";
import type { Outcome, Row } from "../scenarios/scenario.ts";

/** Everything that a run of the bench leaves behind: `build/bench/results.json`. */
export interface Results {
  /** The layout of this object; readers refuse others. */
  readonly format: 1;
  readonly date: string;
  /** Whether the run was a quick one, whose figures are rough. */
  readonly quick: boolean;
  /** The machine load (runnable processes over a minute) when the run began and ended. */
  readonly load: readonly [number, number];
  readonly machine: Machine;
  /** Version line of each program that was measured. */
  readonly versions: Readonly<Record<string, string>>;
  readonly outcomes: readonly Outcome[];
}

/** A row with its figures worked out. */
export interface Figure {
  readonly row: Row;
  readonly summary: Summary;
  /** The median as a multiple of the bare compiler's and of /bin/true's, where those were measured. */
  readonly ofBare: number | undefined;
  readonly ofTrue: number | undefined;
}

/** Works out an outcome's figures. Rows without samples are left out. */
export function figuresOf(outcome: Outcome): Figure[] {
  const rows = outcome.rows.filter((row) => row.samples.length > 0);
  const median = (group: string, who: string): number | undefined => {
    const row = rows.find((r) => r.group === group && r.who === who);
    return row === undefined ? undefined : summarise(row.samples).median;
  };
  return rows.map((row) => {
    const summary = summarise(row.samples);
    const ratio = (base: number | undefined) =>
      base === undefined || base === 0 ? undefined : summary.median / base;
    return {
      row,
      summary,
      ofBare: row.who === "bare" ? undefined : ratio(median(row.group, "bare")),
      ofTrue: row.who === "/bin/true" ? undefined : ratio(median(row.group, "/bin/true")),
    };
  });
}

/** `12.3 (11.8 – 12.9)`; without the quarters where there was one sample. */
export function spreadText({ count, median, low, high }: Summary): string {
  return count < 2
    ? threeDigits(median)
    : `${threeDigits(median)} (${threeDigits(low)} – ${threeDigits(high)})`;
}

/** A ratio as people read it: `0.8 %` of something, `4.2 ×` something. */
export function ratioText(ratio: number | undefined): string {
  if (ratio === undefined) return "";
  return ratio < 2 ? `${threeDigits(ratio * 100)} %` : `${threeDigits(ratio)} ×`;
}
