import type { IndexGuard } from "../index/index_guard.ts";

/** Rows looked at before other work gets its turn: about 2 ms. */
const SLICE = 500;

/**
 * Removes interned rows that no entry uses any more: sets, then pairs, then paths. Between two pieces entries may be
 * added: they come with new ids (ids are never used twice), and those are marked before anything is removed.
 */
export function* removeUnreferenced(guard: IndexGuard): Generator<void, void> {
  for (let last = 0; last !== -1; yield) {
    last = guard.write(-1, (index) => index.references.removeUnusedSets(last, SLICE));
  }
  const marks = guard.read(undefined, (index) => index.references.startMarking());
  if (marks === undefined) return;
  while (guard.read(false, (index) => index.references.mark(marks, SLICE))) yield;
  for (let last = 0; last !== -1; yield) {
    last = guard.write(-1, (index) => {
      while (index.references.mark(marks, SLICE));
      return index.references.removeUnmarkedPairs(marks, { last, limit: SLICE });
    });
  }
  for (let last = 0; last !== -1; yield) {
    last = guard.write(-1, (index) => {
      while (index.references.mark(marks, SLICE));
      return index.references.removeUnmarkedPaths(marks, { last, limit: SLICE });
    });
  }
}
