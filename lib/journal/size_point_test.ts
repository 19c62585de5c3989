import assert from "node:assert/strict";
import { parseSizeLine, sizeLine } from "./size_point.ts";

Deno.test("parseSizeLine() reads what sizeLine() writes, and nothing else", () => {
  const point = { atMs: Date.UTC(2026, 10, 21, 1, 21, 0, 489), bytes: 123, results: 4, evicted: 0 };
  const line = sizeLine(point);
  assert.equal(line, '{"ts":"2026-11-21T01:21:00.489Z","bytes":123,"results":4,"evicted":0}\n');
  assert.deepEqual(parseSizeLine(line), point);
  for (
    const other of [
      "",
      "{",
      "null",
      "[]",
      '{"ts":"x","bytes":1,"results":1,"evicted":0}',
      line.slice(0, 40),
      line.replace("123", "-1"),
      line.replace("123", "1e999"),
    ]
  ) {
    assert.equal(parseSizeLine(other), undefined, other);
  }
});
