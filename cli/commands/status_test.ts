import assert from "node:assert/strict";
import { type Live, printed, said } from "../command.ts";
import { fakeContext, fakeDaemon, REPORT } from "./_context_fake.ts";
import { statusCommand, statusObject, statusText } from "./status.ts";

Deno.test("status shows what people ask for first", () => {
  assert.equal(
    statusText(REPORT),
    `zccache daemon v0.1.0 (protocol v1) (/root/daemon.sock) — uptime 3m 20s, pid 77
cache dir: /root

  Compilations:  61 total (10 cached, 20 cold, 25 non-cacheable)
  Hit rate:      33.3%
  Time saved:    ~5.2s
  Errors:        6

  Artifacts:     5 (22.8 KB of 40.0 GB)
  Dep graph:     3 contexts, 8 files
  Metadata:      9 entries
  Watcher:       4 folders by events (at most 9000)
  Health:        81.1 MB of memory, 3 running
  Delivery:      auto

  Not from the cache, by reason:
       24  called-for-link: the command links
       20  first-seen: no earlier compile with this command
        1  tool-failed: the tool failed

  zccache why FILE tells what lay behind one, and what to do about it.
`,
  );
});

Deno.test("status shows what is rare only when it happened", () => {
  const idle = { total: 0, cached: 0, cold: 0, nonCacheable: 0, errors: 0 };
  const text = statusText({
    ...REPORT,
    compilations: idle,
    timeSavedMs: 0,
    reasons: {},
    links: { ...idle, total: 2, cached: 1, cold: 1 },
    artifacts: { ...REPORT.artifacts, evicted: 3, damaged: 2 },
    sessions: { active: 1, total: 2, open: [] },
    watch: { watchedFolders: 1, byStat: { network: 3, "hard-link": 2 }, limit: 1, resets: 1 },
  });
  assert.match(text, /Hit rate: {6}n\/a\n/);
  assert.doesNotMatch(text, /Time saved|Errors|by reason/);
  assert.match(text, /Links: {9}2 total \(1 cached, 1 cold, 0 non-cacheable\)\n {2}Link hit rate: 50\.0%\n/);
  assert.match(text, /Evicted: {7}3\n {2}Damaged: {7}2 found and dropped\n/);
  assert.match(text, /Sessions: {6}1 active \/ 2 total\n/);
  assert.match(
    text,
    /Watcher: {7}1 folders by events \(at most 1\), 2 files by stat \(hard-link\), 3 files by stat \(network\), 1 resets\n/,
  );
});

Deno.test("status --json has sorted keys and the numbers under their own names", async () => {
  const context = fakeContext({ switches: ["json"], daemon: fakeDaemon({}) });
  const { exit, stdout } = await statusCommand.run(context);
  assert.equal(exit, 0);
  const object = JSON.parse(stdout);
  assert.equal(stdout, JSON.stringify(object, null, 2) + "\n");
  assert.deepEqual(Object.keys(object), Object.keys(object).toSorted());
  assert.deepEqual(Object.keys(object.daemon), Object.keys(object.daemon).toSorted());
  assert.equal(object.status, "ok");
  assert.equal(object.hit_rate, 1 / 3);
  assert.equal(object.link_hit_rate, null);
  const { cache_hits, cache_misses, non_cacheable, compile_errors, total_compilations } = object.daemon;
  assert.deepEqual([cache_hits, cache_misses, non_cacheable, compile_errors, total_compilations], [
    10,
    20,
    25,
    6,
    61,
  ]);
  assert.deepEqual(object.reasons, { "called-for-link": 24, "first-seen": 20, "tool-failed": 1 });
});

Deno.test("status shows what went wrong, and where to look", () => {
  const text = statusText({
    ...REPORT,
    reasons: { "daemon-fault": 2, "store-fault": 1, "tool-failed": 5 },
    health: { memoryBytes: 1024, running: 0, crashDumps: 1 },
  });
  assert.match(
    text,
    /Health: {8}1\.0 KB of memory, 0 running, 3 faults, 1 crash dumps \(zccache crashes\); zccache doctor looks into it\n/,
  );
});

const TERMINAL = { stdout: true, stderr: true, columns: 80, plain: true };

Deno.test("status --watch draws until it is told to end, and shows what came", async () => {
  const drawn: string[] = [];
  let hits = 10;
  const live: Live = {
    tell: () => {},
    rows: 6,
    write: (text) => drawn.push(text),
    ask: (words) =>
      Promise.resolve(
        printed(words.includes("--json") ? `{"daemon":{"cache_hits":${hits}}}` : "1\n2\n3\n4\n5\n6\n7\n"),
      ),
    pause: () => Promise.resolve((hits += 5) < 20),
  };
  const context = { ...fakeContext({ switches: ["watch"] }), terminal: TERMINAL, live };
  assert.deepEqual(await statusCommand.run(context), printed(""));
  assert.equal(drawn.length, 2);
  assert.equal(drawn[0], "\x1b[H\x1b[2J1\n2\n3\n4\neach second; Ctrl-C ends it");
  assert.match(drawn[1]!, /in the last second: \+5 hits, \+0 misses/);
});

Deno.test("status --watch ends with the daemon, and wants a terminal", async () => {
  const gone: Live = {
    tell: () => {},
    rows: 0,
    write: () => {},
    ask: () => Promise.resolve(undefined),
    pause: () => Promise.resolve(true),
  };
  const context = fakeContext({ switches: ["watch"] });
  assert.deepEqual(
    await statusCommand.run({ ...context, terminal: TERMINAL, live: gone }),
    said(1, "daemon not running\n"),
  );
  assert.equal((await statusCommand.run(context)).exit, 2);
});

Deno.test("status without a daemon exits 1, in the form that was asked for", async () => {
  assert.deepEqual(await statusCommand.run(fakeContext()), {
    exit: 1,
    stdout: "",
    stderr: "daemon not running at /root/daemon.sock\n",
  });
  const json = await statusCommand.run(fakeContext({ switches: ["json"] }));
  assert.equal(json.exit, 1);
  assert.deepEqual(JSON.parse(json.stdout), {
    status: "error",
    error: "daemon not running",
    endpoint: "/root/daemon.sock",
  });
});

Deno.test("every key of status --json is in the manual", async () => {
  const manual = await Deno.readTextFile(new URL("../../docs/manual/status.md", import.meta.url));
  const object = statusObject(REPORT);
  const keys = [...Object.keys(object), ...Object.keys(object["daemon"] as Record<string, unknown>)];
  assert.deepEqual(keys.filter((key) => !manual.includes(`\`${key}\``)), []);
});
