import assert from "node:assert/strict";
import { KeyFacts } from "./key_facts.ts";

Deno.test("KeyFacts holds facts until somebody takes them", () => {
  const facts = new KeyFacts([["arg", "-O2"]]);
  assert.deepEqual(facts.known, [["arg", "-O2"]]);
  assert.deepEqual(facts.take(), [["arg", "-O2"]]);
  assert.deepEqual([facts.known, facts.take()], [undefined, undefined]);
});
