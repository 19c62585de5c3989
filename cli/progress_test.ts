import assert from "node:assert/strict";
import { Progress } from "./progress.ts";

const files = (amount: number) => `${amount} files`;

function watch(shown: boolean, act: (progress: Progress, pass: (ms: number) => void) => void): string {
  let [written, nowMs] = ["", 0];
  {
    const line = { shown, columns: 30, write: (text: string) => void (written += text), now: () => nowMs };
    using progress = new Progress("restoring", line);
    act(progress, (ms) => nowMs += ms);
  }
  return written;
}

Deno.test("a progress line is written over, not too often, and gone in the end", () => {
  const written = watch(true, (progress, pass) => {
    progress.at(0, 10, files);
    pass(50);
    progress.at(1, 10, files);
    pass(50);
    progress.at(5, 10, files);
  });
  assert.equal(
    written,
    `\rrestoring: 0 % 0 files of 10 \rrestoring: 50 % 5 files of 10\r${" ".repeat(29)}\r`,
  );
});

Deno.test("without a terminal nothing is written", () => {
  assert.equal(watch(false, (progress) => progress.at(1, 2, files)), "");
  assert.equal(watch(true, () => {}), "");
});

Deno.test("what has no known end tells what is done", () => {
  assert.match(watch(true, (progress) => progress.at(3, undefined, files)), /^\rrestoring: 3 files\r/);
});
