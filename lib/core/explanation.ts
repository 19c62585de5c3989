import type { Reason } from "./reasons.ts";

/**
 * What kind of thing differs: an `argument` or a `variable` of the command, the `folder` that it ran in, a `setting` (any
 * other part of the key, by its label), a `file` that was read, a `place` where a searched name is found now or no
 * more, a `program` or library of the compiler.
 */
export type DifferenceKind = "argument" | "variable" | "folder" | "setting" | "file" | "place" | "program";

/** Something in which a compile differs from the nearest earlier one. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** The variable, the setting's label, or the path of file, place or program. */
  readonly name?: string;
  /** What it was and what it is; left out where there was or is none. Of files: their content's digest, shortened. */
  readonly was?: string;
  readonly now?: string;
  /** For a place: the file that was taken before. */
  readonly hides?: string;
  /** When the file was changed by its time stamp, wall clock in ms. */
  readonly atMs?: number;
  /** How the file is included: each includes the next, the source first, the file last. Told from base names. */
  readonly via?: readonly string[];
}

/** Why a compile was no hit. */
export interface Explanation {
  readonly reason: Reason;
  readonly detail?: string;
  /** When the compile that this one is compared with was kept, wall clock in ms. */
  readonly sinceMs?: number;
  /** The first of the differences. */
  readonly differences: readonly Difference[];
  /** How many more there are. */
  readonly more: number;
}

/** Most differences that are told one by one. */
const TOLD = 8;

/** Longest value that is told in full, in characters. */
const LONGEST = 400;

/** Makes an explanation that stays small, however much differs. */
export function explanation(
  reason: Reason,
  differences: readonly Difference[] = [],
  more: { readonly detail?: string | undefined; readonly sinceMs?: number | undefined } = {},
): Explanation {
  return {
    reason,
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.sinceMs === undefined ? {} : { sinceMs: more.sinceMs }),
    differences: differences.slice(0, TOLD).map(shortened),
    more: Math.max(0, differences.length - TOLD),
  };
}

function shortened(difference: Difference): Difference {
  const { was, now } = difference;
  return {
    ...difference,
    ...(was === undefined ? {} : { was: shorten(was) }),
    ...(now === undefined ? {} : { now: shorten(now) }),
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
