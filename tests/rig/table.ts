import type { Expectation, Rig } from "../rig.ts";
import { changesBetween, takeSnapshot, undo } from "./snapshot.ts";
import type { Expected } from "./verdict.ts";

/** A row: the words after the compiler (split at spaces), what the first and the second run must be, and the rest. */
export type Row = readonly [words: string, cold: Expected, warm: Expected, more?: Partial<Expectation>];

/**
 * Runs the rows one after another in one folder, each as a step of its own. The folder is put back after every
 * row, so all rows share paths and contents: a row that expects a miss shows that its options are in the key.
 */
export async function eachRow(
  t: Deno.TestContext,
  { rig, compiler }: { rig: Rig; compiler: string },
  rows: readonly Row[],
): Promise<void> {
  const start = takeSnapshot(rig.work);
  for (const [words, cold, warm, more] of rows) {
    await t.step(`${compiler} ${words}${more?.env ? ` with ${JSON.stringify(more.env)}` : ""}`, async () => {
      try {
        await rig.expectSame([compiler, ...words.split(" ")], { cold, warm, ...more });
      } finally {
        undo(rig.work, changesBetween(start, takeSnapshot(rig.work)));
      }
    });
  }
}
