import assert from "node:assert/strict";
import { tallyRing } from "./tally.ts";

Deno.test("tallyRing() adds up every summary line", () => {
  const output =
    "a ... ok (1ms)\nok | 5 passed | 0 failed (20ms)\n\nok | 2 passed (3 steps) | 0 failed (1ms)\n";
  assert.deepEqual(tallyRing(output, 0), { passed: 7, failed: 0, skipped: [] });
});

Deno.test("tallyRing() counts failures and names what was skipped", () => {
  const output = "needs clang ... ignored (0ms)\nFAILED | 3 passed | 1 failed | 1 ignored (20ms)\n";
  assert.deepEqual(tallyRing(output, 1), { passed: 3, failed: 1, skipped: ["needs clang"] });
});

Deno.test("tallyRing() takes a ring without a summary by its exit code", () => {
  assert.deepEqual(tallyRing("Check file:///main.ts\n", 0), { passed: 1, failed: 0, skipped: [] });
  assert.deepEqual(tallyRing("error: Module not found\n", 1), { passed: 0, failed: 1, skipped: [] });
});

Deno.test("tallyRing() is not fooled by a run that passes every test and still fails", () => {
  assert.deepEqual(tallyRing("ok | 5 passed | 0 failed (1ms)\n", 1), { passed: 5, failed: 1, skipped: [] });
});

Deno.test("tallyRing() does not read a summary out of the middle of a line", () => {
  assert.deepEqual(tallyRing("  says: ok | 9 passed | 0 failed\n", 0), { passed: 1, failed: 0, skipped: [] });
});
