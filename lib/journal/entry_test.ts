import assert from "node:assert/strict";
import { isHit, journalLine, type JournalRecord, parseEntry } from "./mod.ts";

const RECORD: JournalRecord = {
  call: {
    compiler: "/usr/bin/gcc",
    args: ["-c", "a.c"],
    cwd: "/p",
    env: [["CC", "gcc"]],
    source: "a.c",
    output: "/o/a.o",
  },
  outcome: "miss",
  sessionId: "s",
  exitCode: 0,
  latencyNs: 85_000_000,
  atMs: Date.UTC(2026, 10, 21, 1, 21, 0, 489),
  reason: "input-changed",
  detail: "why not",
  because: { differences: [{ kind: "file", name: "/p/a.h" }] },
  key: "ab".repeat(32),
  toolMs: 80,
};

Deno.test("parseEntry() reads back what journalLine() writes", () => {
  const entry = parseEntry(journalLine(RECORD, "g.1"));
  assert.deepEqual(entry, {
    atMs: RECORD.atMs,
    outcome: "miss",
    compiler: "/usr/bin/gcc",
    args: ["-c", "a.c"],
    cwd: "/p",
    exitCode: 0,
    sessionId: "s",
    latencyMs: 85,
    reason: "input-changed",
    detail: "why not",
    because: RECORD.because,
    id: "g.1",
    source: "/p/a.c",
    output: "/o/a.o",
    key: RECORD.key,
    toolMs: 80,
  });
  assert.ok(!isHit(entry));
});

Deno.test("parseEntry() takes an older line, and passes over what is none", () => {
  const older =
    '{"ts":"2026-11-21T01:21:00.489Z","outcome":"hit","compiler":"gcc","args":[],"cwd":"/p","exit_code":0,"session_id":null,"latency_ns":1000000,"reason":"of-a-later-version"}';
  const entry = parseEntry(older);
  assert.ok(entry !== undefined && isHit(entry));
  assert.deepEqual([entry.latencyMs, entry.reason, entry.source], [1, undefined, undefined]);
  for (
    const line of [
      "",
      "{",
      "[]",
      "null",
      '"text"',
      older.replace("hit", "shrug"),
      older.replace('"args":[]', '"args":[1]'),
    ]
  ) {
    assert.equal(parseEntry(line), undefined, line);
  }
});
