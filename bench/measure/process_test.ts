import assert from "node:assert/strict";
import { processesWith, processFacts } from "./process.ts";

Deno.test("processFacts() sees processor time being spent, and only then", async () => {
  const before = await processFacts(Deno.pid);
  const end = performance.now() + 30;
  while (performance.now() < end);
  const after = await processFacts(Deno.pid);
  assert.ok(after.cpuMs > before.cpuMs, `${before.cpuMs} then ${after.cpuMs}`);
  assert.ok(after.residentMib > 1 && after.descriptors > 2 && after.threads >= 1);
});

Deno.test("processesWith() finds nothing where nothing is", async () => {
  assert.deepEqual(await processesWith("ZCCACHE_BENCH_NOBODY=1", /./), []);
});
