import assert from "node:assert/strict";
import { Counters } from "./counters.ts";

Deno.test("Counters adds up what happened, by work and by reason, until reset", () => {
  const counters = new Counters();
  counters.hit("compilations", 120.5);
  counters.ran("compilations", "cold", "first-seen");
  counters.ran("compilations", "nonCacheable", "preprocess-only");
  counters.ran("compilations", "nonCacheable", "preprocess-only");
  counters.ran("links", "errors", "tool-failed");
  assert.deepEqual(counters.tally("compilations"), {
    total: 4,
    cached: 1,
    cold: 1,
    nonCacheable: 2,
    errors: 0,
  });
  assert.deepEqual(counters.tally("links"), { total: 1, cached: 0, cold: 0, nonCacheable: 0, errors: 1 });
  assert.deepEqual(counters.reasons, { "first-seen": 1, "preprocess-only": 2, "tool-failed": 1 });
  assert.equal(counters.timeSavedMs, 120.5);
  counters.reset();
  assert.equal(counters.tally("compilations").total, 0);
  assert.deepEqual(counters.reasons, {});
});
