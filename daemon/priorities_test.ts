import assert from "node:assert/strict";
import { Priorities } from "./priorities.ts";

function make(initial: string | undefined, share: number) {
  const said: string[] = [];
  const log = { write: (_level: string, message: string) => void said.push(message) };
  return { said, priorities: new Priorities(initial, { share: () => share }, log) };
}

Deno.test("Priorities follow the call, then the daemon's variable, then the load", () => {
  for (
    const [asked, initial, share, priority] of [
      [undefined, undefined, 0.949, "normal"],
      [undefined, undefined, 0.95, "low"],
      ["auto", "high", 1, "low"],
      ["", undefined, 1, "low"],
      ["normal", "low", 1, "normal"],
      [undefined, "idle", 0, "idle"],
      ["HIGH", undefined, 1, "high"],
    ] as const
  ) {
    const { said, priorities } = make(initial, share);
    assert.equal(priorities.of(asked), priority);
    assert.deepEqual(said, []);
  }
});

Deno.test("Priorities take low for a word that is none, and say so once", () => {
  const { said, priorities } = make(undefined, 0);
  assert.equal(priorities.of("weird"), "low");
  assert.equal(priorities.of("weird"), "low");
  assert.equal(said.length, 1);
  assert.match(said[0] ?? "", /"weird" is none of auto, low, normal, idle, high; low is used$/);
});
