/** What a ring of tests came to. */
export interface RingTally {
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that were skipped. */
  readonly skipped: readonly string[];
}

/**
 * Reads a ring's output. Test runs end with `ok | 5 passed | 0 failed | 1 ignored (20ms)` or `FAILED | …`; a ring
 * without such a line (a type check) is one test, and its exit code says how it went.
 */
export function tallyRing(output: string, exit: number): RingTally {
  let [passed, failed, ended] = [0, 0, false];
  const skipped: string[] = [];
  for (const line of output.split("\n")) {
    const summary = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/.exec(line);
    if (summary !== null) {
      passed += Number(summary[1]);
      failed += Number(summary[2]);
      ended = true;
    }
    const ignored = /^(.*) \.\.\. ignored \(/.exec(line);
    if (ignored !== null) skipped.push((ignored[1] ?? "").trim());
  }
  if (!ended) return exit === 0 ? { passed: 1, failed: 0, skipped } : { passed: 0, failed: 1, skipped };
  // A run that dies outside any test (a leak at the end, a module that can't load) still fails.
  if (exit !== 0 && failed === 0) failed = 1;
  return { passed, failed, skipped };
}
