/** A reason without its group: the file that holds it says that. */
export interface ReasonRow {
  /** Goes over the wire and into journals: never reused, one row only. */
  readonly code: number;
  /** What happened, as a clause. */
  readonly text: string;
  /** What the user can do about it, as the end of a sentence. */
  readonly remedy: string;
}

/** Reasons by their stable names. */
export type ReasonRows = Readonly<Record<string, ReasonRow>>;

/** `rows` with the name of their group in each. */
export function inGroup<const G extends string, const R extends ReasonRows>(
  group: G,
  rows: R,
): { readonly [K in keyof R]: R[K] & { readonly group: G } } {
  const named = Object.entries(rows).map(([name, row]) => [name, { ...row, group }]);
  return Object.fromEntries(named);
}
