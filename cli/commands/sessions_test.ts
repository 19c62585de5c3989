import assert from "node:assert/strict";
import type { SessionReport, SessionRequest } from "../../lib/core/mod.ts";
import { fakeContext, fakeDaemon } from "./_context_fake.ts";
import { sessionEndCommand } from "./session_end.ts";
import { sessionStartCommand } from "./session_start.ts";
import { sessionStatsCommand } from "./session_stats.ts";

const ID = "7aac299a-76e0-4c07-a53c-0c78c368cb7c";

const REPORT: SessionReport = {
  id: ID,
  cwd: "/p",
  durationMs: 8100,
  counts: {
    hits: 3,
    misses: 1,
    nonCacheable: 2,
    errors: 4,
    linkHits: 5,
    linkMisses: 6,
    linkNonCacheable: 7,
    linkErrors: 0,
    worktreeHits: 2,
    timeSavedMs: 2500,
    uniqueSources: 8,
    bytesRead: 9,
    bytesWritten: 10,
    reasons: { "first-seen": 7 },
    unshared: { "path_sensitive_arg": 1 },
  },
  profile: undefined,
};

Deno.test("session-stats tells counts, rate, links, errors and time", async () => {
  const daemon = fakeDaemon({ session: (id) => id === ID ? REPORT : undefined });
  const shown = await sessionStatsCommand.run(fakeContext({ operands: [ID], daemon }));
  assert.deepEqual(shown, {
    exit: 0,
    stdout: "",
    stderr: `Session ${ID} (active, 8.1s)
  6 compilations: 3 hits, 1 misses, 2 non-cacheable
  Hit rate: 75.0%
  18 links: 5 hits, 6 misses, 7 non-cacheable
  Errors: 4
  2 of the hits from another checkout
  Time saved: ~2.5s
`,
  });
  const json = await sessionStatsCommand.run(fakeContext({ operands: [ID], switches: ["json"], daemon }));
  const object = JSON.parse(json.stdout);
  assert.deepEqual([object.status, object.compilations, object.hit_rate], ["ok", 6, 0.75]);
  assert.deepEqual(object.lookup_outcomes, { "hit": 8, "first-seen": 7 });
  assert.deepEqual([object.same_root_hits, object.worktree_hits], [6, 2]);
  assert.deepEqual(object.not_shared, { "path_sensitive_arg": 1 });
});

Deno.test("session-stats and session-end tell a session without counts from none", async () => {
  const uncounted = { ...REPORT, counts: undefined };
  const daemon = fakeDaemon({ session: () => uncounted, endSession: () => Promise.resolve(uncounted) });
  const stats = await sessionStatsCommand.run(fakeContext({ operands: [ID], switches: ["json"], daemon }));
  assert.deepEqual([stats.exit, JSON.parse(stats.stdout).reason], [0, "stats_not_enabled"]);
  assert.deepEqual(await sessionEndCommand.run(fakeContext({ operands: [ID], daemon })), {
    exit: 0,
    stdout: "",
    stderr: "",
  });
  for (const [command, exit] of [[sessionStatsCommand, 1], [sessionEndCommand, 0]] as const) {
    const unknown = await command.run(fakeContext({ operands: [ID], daemon: fakeDaemon({}) }));
    assert.deepEqual([unknown.exit, unknown.stdout], [exit, ""]);
    assert.match(unknown.stderr, /unknown session/);
    assert.equal((await command.run(fakeContext({ operands: ["x"], daemon }))).exit, 1);
  }
});

Deno.test("session-start asks for what its options say, paths made absolute", async () => {
  const asked: SessionRequest[] = [];
  const daemon = fakeDaemon({
    startSession: (request) => {
      asked.push(request);
      return { ok: true, value: { id: ID, startedMs: 1_795_224_060_999, journal: request.journal } };
    },
  });
  const values = { "journal": "j.jsonl", "owner-pid": "7", "private-env": "A=b=c" };
  const switches = ["stats", "private-daemon"];
  const started = await sessionStartCommand.run(fakeContext({ switches, values, daemon, root: "/r" }));
  assert.equal(
    started.stdout,
    `{"session_id":"${ID}","started_at":1795224060,"journal_path":"/proj/j.jsonl",` +
      '"cache_dir":"/r","endpoint":"/r/daemon.sock"}\n',
  );
  assert.deepEqual(asked, [{
    cwd: "/proj",
    stats: true,
    profile: false,
    log: undefined,
    journal: "/proj/j.jsonl",
    owners: [7],
    daemonName: undefined,
    env: [["A", "b=c"]],
  }]);
  const plain = await sessionStartCommand.run(fakeContext({ switches: ["shell"], daemon }));
  assert.equal(plain.stdout, `export ZCCACHE_SESSION_ID='${ID}'\n`);
});
