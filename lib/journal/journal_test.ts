import assert from "node:assert/strict";
import { Journal, journalEnvironment, type JournalRecord } from "./mod.ts";

const RECORD: JournalRecord = {
  call: { compiler: "/usr/bin/gcc", args: ["-c", "a b.c"], cwd: "/p", env: [["CC", "gcc"]], sessionId: null },
  outcome: "miss",
  exitCode: 0,
  latencyNs: 85_415_944,
  atMs: Date.UTC(2026, 10, 21, 1, 21, 0, 489),
  reason: "first-seen",
};

async function withFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Journal writes the fields in their order, one object a line", () =>
  withFolder((folder) => {
    {
      using journal = new Journal(`${folder}/j.jsonl`, 0, assert.fail);
      journal.record(RECORD);
    }
    assert.equal(
      Deno.readTextFileSync(`${folder}/j.jsonl`),
      '{"ts":"2026-11-21T01:21:00.489Z","outcome":"miss","compiler":"/usr/bin/gcc","args":["-c","a b.c"],"cwd":"/p",' +
        '"env":[["CC","gcc"]],"exit_code":0,"session_id":null,"latency_ns":85415944,"reason":"first-seen"}\n',
    );
  }));

Deno.test("Journal begins a new file at its limit and keeps the one before", () =>
  withFolder((folder) => {
    using journal = new Journal(`${folder}/j.jsonl`, 1000, assert.fail);
    for (let i = 0; i < 10; i++) {
      journal.record(RECORD);
      journal.flush();
    }
    const size = (name: string) => Deno.statSync(`${folder}/${name}`).size;
    assert.ok(size("j.jsonl") <= 1000 && size("j.jsonl.1") <= 1000);
    assert.deepEqual([...Deno.readDirSync(folder)].map((entry) => entry.name).sort(), [
      "j.jsonl",
      "j.jsonl.1",
    ]);
  }));

Deno.test("Journal complains once a flush and goes on when its folder is gone", () => {
  const complaints: string[] = [];
  using journal = new Journal("/nonexistent/j.jsonl", 0, (message) => complaints.push(message));
  journal.record(RECORD);
  journal.flush();
  assert.equal(complaints.length, 1);
  assert.match(complaints[0]!, /^Cannot write the journal \/nonexistent\/j\.jsonl: /);
});

Deno.test("journalEnvironment() lets build variables through and nothing else", () => {
  const env = new Map([["CXX", "g++"], ["CFLAGS", "-O2"], ["AWS_SECRET_ACCESS_KEY", "x"], [
    "CARGO_REGISTRY_TOKEN",
    "y",
  ]]);
  assert.deepEqual(journalEnvironment(env), [["CFLAGS", "-O2"], ["CXX", "g++"]]);
});
