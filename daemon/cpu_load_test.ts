import assert from "node:assert/strict";
import { CpuLoad, parseProcStat, type Ticks } from "./cpu_load.ts";

Deno.test("parseProcStat() counts waiting for disks as idle, and guests once", () => {
  const text = "cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 2 3 4\n";
  assert.deepEqual(parseProcStat(text), { total: 621, idle: 450 });
});

Deno.test("CpuLoad tells the share since its last reading, and reads no more often than makes sense", () => {
  let [ticks, nowMs, readings]: [Ticks, number, number] = [{ total: 0, idle: 0 }, 0, 0];
  const load = new CpuLoad(() => (readings++, ticks), () => nowMs);
  [ticks, nowMs] = [{ total: 100, idle: 25 }, 199];
  assert.equal(load.share(), 0);
  nowMs = 200;
  assert.equal(load.share(), 0.75);
  [ticks, nowMs] = [{ total: 200, idle: 25 }, 399];
  assert.equal(load.share(), 0.75);
  nowMs = 1000;
  assert.equal(load.share(), 1);
  nowMs = 2000;
  assert.equal(load.share(), 1, "a clock that stands says nothing new");
  assert.equal(readings, 4);
});
