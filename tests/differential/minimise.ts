/**
 * Leaves out as many steps as possible while the failure stays: halves, then quarters, and so on. `fails` is asked
 * at most `budget` times.
 */
export async function minimise(
  steps: readonly number[],
  fails: (steps: readonly number[]) => Promise<boolean>,
  budget: number,
): Promise<readonly number[]> {
  let kept = steps;
  let asked = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < kept.length && asked < budget;) {
      const candidate = kept.toSpliced(start, size);
      asked += 1;
      if (candidate.length > 0 && await fails(candidate)) kept = candidate;
      else start += size;
    }
  }
  return kept;
}
