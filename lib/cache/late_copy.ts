import type { Digest } from "../core/mod.ts";
import type { SeenFile } from "../files/mod.ts";

/** The copy of an output that was made when its launcher had gone. */
export interface LateCopy {
  readonly digest: Digest;
  /** The output, when it had been copied. */
  readonly seen: SeenFile;
}

/** Such copies by the indices of their outputs. */
export type LateOutputs = ReadonlyMap<number, LateCopy>;

/** Somebody wanted to write into the outputs before they were copied. */
export const OVERWRITTEN = { reason: "output-overwritten" } as const;

const NONE: LateOutputs = new Map();

/** The late copies of a run, once they are made; undefined if they could not be. */
export async function lateOutputsOf(
  { copied }: { readonly copied?: Promise<LateOutputs | undefined> | undefined },
): Promise<LateOutputs | undefined> {
  return copied === undefined ? NONE : await copied;
}
