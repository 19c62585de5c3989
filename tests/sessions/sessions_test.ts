import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text, WRAPPERS } from "../rig.ts";
import { allGone, daemonPid, signal } from "../rig/daemon.ts";
import { eventually, readJournal } from "../rig/journal.ts";

const FILES = { "a.c": "int a;\n", "b.c": "int b;\n", "bad.c": "int bad\n" };

/** Begins a session; the id, and the variable that makes a command its. */
async function begin(rig: Rig, ...options: string[]): Promise<{ id: string; env: Record<string, string> }> {
  const started = await rig.wrapped(["session-start", ...options]);
  assertOk(started);
  const id: string = JSON.parse(text(started.stdout)).session_id;
  return { id, env: { ZCCACHE_SESSION_ID: id } };
}

async function statsOf(rig: Rig, id: string): Promise<Record<string, unknown>> {
  const shown = await rig.wrapped(["session-stats", "--json", id]);
  assertOk(shown);
  return JSON.parse(text(shown.stdout));
}

const globalJournal = (rig: Rig) => readJournal(`${rig.root}/logs/compile_journal.jsonl`);

for (const wrapper of WRAPPERS) {
  testWith(["gcc"], `${wrapper.name}: a session has its counts, its journal and its log`, async () => {
    await using rig = await Rig.open({ wrapper });
    rig.fresh(FILES);
    const { id, env } = await begin(
      rig,
      "--stats",
      "--journal",
      "../out/build.jsonl",
      "--log",
      "../out/build.log",
    );
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
    await rig.expectSame(["gcc", "-c", "bad.c"], { cold: "error", env });
    await rig.expectSame(["gcc", "-E", "a.c"], { cold: "uncacheable:preprocess-only", env });
    await rig.expectSame(["gcc", "a.o", "-shared", "-o", "a.so"], { cold: "miss", warm: "hit", env });
    await rig.expectSame(["gcc", "-c", "b.c"], { cold: "miss" });
    const stats = await statsOf(rig, id);
    assert.equal(stats["status"], "ok");
    assert.deepEqual(
      ["compilations", "hits", "misses", "non_cacheable", "errors", "hit_rate", "unique_sources"].map((key) =>
        stats[key]
      ),
      [3, 1, 1, 1, 1, 0.5, 2],
    );
    const ended = await rig.wrapped(["session-end", id]);
    assert.deepEqual([ended.code, text(ended.stdout)], [0, ""]);
    assert.match(
      text(ended.stderr),
      /^Session \S+ \(complete, .*\)\n {2}3 compilations: 1 hits, 1 misses, 1 non-cach/,
    );
    const own = readJournal(rig.at("../out/build.jsonl"));
    assert.deepEqual([stats["link_hits"], stats["link_misses"]], [1, 1]);
    assert.deepEqual(own.map(({ outcome }) => outcome), [
      "miss",
      "hit",
      "error",
      "miss",
      "link_miss",
      "link_hit",
    ]);
    assert.deepEqual(own.map(({ reason }) => reason), [
      "first-seen",
      undefined,
      "tool-failed",
      "preprocess-only",
      "first-seen",
      undefined,
    ]);
    for (const line of own) {
      assert.deepEqual([line.session_id, line.cwd], [id, rig.work]);
      assert.match(line.compiler, /^\/.*gcc/);
    }
    assert.deepEqual(globalJournal(rig).filter(({ session_id }) => session_id === id), own);
    assert.equal(globalJournal(rig).length, own.length + 1);
    const log = Deno.readTextFileSync(rig.at("../out/build.log"));
    assert.match(log, /\[MISS\] \S+\/a\.c -> \S+\/a\.o \(reason: first-seen\)/);
    assert.match(log, /\[HIT\] \S+\/a\.c -> \S+\/a\.o/);
    assert.match(log, /\[DIRECT\] exit_code=1 \S+\/bad\.c/);
  });
}

testWith(["gcc"], "several sessions at once count apart, and all globally", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const one = await begin(rig, "--stats", "--journal", "../one.jsonl");
  const two = await begin(rig, "--stats", "--journal", "../two.jsonl");
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env: one.env });
  // a new session's first compile is as quick a hit as the old one's: nothing is parsed or keyed anew
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", warm: "hit", env: two.env });
  assert.deepEqual([(await statsOf(rig, one.id))["hits"], (await statsOf(rig, two.id))["hits"]], [1, 2]);
  const status = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
  assert.deepEqual([status.daemon.cache_hits, status.daemon.sessions_active], [3, 2]);
  for (const { id } of [one, two]) assertOk(await rig.wrapped(["session-end", id]));
  assert.deepEqual(readJournal(rig.at("../one.jsonl")).map(({ outcome }) => outcome), ["miss", "hit"]);
  assert.deepEqual(readJournal(rig.at("../two.jsonl")).map(({ outcome }) => outcome), ["hit", "hit"]);
});

testWith(
  ["gcc"],
  "a session outlives a stop and a kill; what is older than a second is never lost",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const { id, env } = await begin(rig, "--stats", "--journal", "../build.jsonl");
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
    assertOk(await rig.wrapped(["stop"]));
    assert.equal(readJournal(rig.at("../build.jsonl")).length, 2, "a stop loses no record");
    await rig.expectSame(["gcc", "-c", "b.c"], { cold: "miss", warm: "hit", env });
    const state = () => Deno.readTextFileSync(`${rig.root}/sessions/${id}.json`);
    await eventually(
      "both journals and the counts are on disk",
      1000,
      () =>
        readJournal(rig.at("../build.jsonl")).length === 4 && globalJournal(rig).length === 4 &&
        state().includes('"hits":2'),
    );
    const pid = daemonPid(rig.root);
    assert.ok(pid !== undefined);
    signal(pid, "SIGKILL");
    assert.ok(await allGone(rig.root, 5000));
    // without a daemon the question starts one, since the session is open
    const stats = await statsOf(rig, id);
    assert.deepEqual([stats["hits"], stats["misses"], stats["unique_sources"]], [2, 2, 2]);
    await rig.expectSame(["gcc", "-c", "b.c"], { cold: "hit", env });
    assertOk(await rig.wrapped(["session-end", id]));
    assert.equal(readJournal(rig.at("../build.jsonl")).length, 5);
    assert.deepEqual([...Deno.readDirSync(`${rig.root}/sessions`)], []);
  },
);

testWith(["gcc"], "ids of no open session are told clearly, and their compiles work", async () => {
  await using rig = await Rig.open();
  rig.fresh(FILES);
  const { id, env } = await begin(rig, "--stats", "--journal", "../build.jsonl");
  assertOk(await rig.wrapped(["session-end", id]));
  const never = "00000000-0000-4000-8000-000000000000";
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", warm: "hit", env });
  for (const value of [never, "nonsense", "", "x".repeat(300)]) {
    await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", env: { ZCCACHE_SESSION_ID: value } });
  }
  assertOk(await rig.wrapped(["stop"]));
  assert.deepEqual(globalJournal(rig).map(({ session_id }) => session_id), [id, id, never, null, null, null]);
  assert.deepEqual(readJournal(rig.at("../build.jsonl")), []);
  assertOk(await rig.wrapped(["start"]));
  for (const unknown of [id, never]) {
    const stats = await rig.wrapped(["session-stats", unknown]);
    assert.deepEqual([stats.code, text(stats.stdout)], [1, ""]);
    assert.match(text(stats.stderr), /unknown session: /);
    const end = await rig.wrapped(["session-end", unknown]);
    assert.deepEqual([end.code, text(end.stdout)], [0, ""]);
    assert.match(text(end.stderr), /unknown session: /);
    const json = await rig.wrapped(["session-end", "--json", unknown]);
    assert.equal(JSON.parse(text(json.stdout)).status, "unavailable");
  }
  for (const command of ["session-stats", "session-end"]) {
    assert.equal((await rig.wrapped([command, "nonsense"])).code, 1);
    assert.equal((await rig.wrapped([command])).code, 2);
  }
});

testWith(["gcc"], "a session that nobody ends expires, and an idle daemon lists it no longer", async () => {
  const expiryMs = 4000;
  await using rig = await Rig.open({ env: { ZCCACHE_SESSION_EXPIRY_SECS: String(expiryMs / 1000) } });
  rig.fresh(FILES);
  await rig.settled();
  const { id, env } = await begin(rig, "--stats", "--journal", "../build.jsonl");
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "miss", env });
  assert.equal((await statsOf(rig, id))["misses"], 1);
  const listed = async (): Promise<string[]> => {
    const { daemon } = JSON.parse(text((await rig.wrapped(["status", "--json"])).stdout));
    return daemon.sessions.map((session: { readonly session_id: string }) => session.session_id);
  };
  assert.deepEqual(await listed(), [id]);
  const since = performance.now();
  while ((await listed()).length > 0) {
    assert.ok(performance.now() - since < 3 * expiryMs, "the session is listed still");
    await new Promise((resume) => setTimeout(resume, 100));
  }
  const stats = await rig.wrapped(["session-stats", id]);
  assert.equal(stats.code, 1);
  assert.match(text(stats.stderr), new RegExp(`unknown session: ${id} .*expired`));
  const ended = await rig.wrapped(["session-end", id]);
  assert.equal(ended.code, 0);
  assert.match(text(ended.stderr), new RegExp(`unknown session: ${id} .*expired`));
  await rig.expectSame(["gcc", "-c", "a.c"], { cold: "hit", env });
  await rig.expectSame(["gcc", "-c", "b.c"], { cold: "miss", warm: "hit", env });
  assertOk(await rig.wrapped(["stop"]));
  assert.deepEqual([...Deno.readDirSync(`${rig.root}/sessions`)], [], "nothing of it is kept");
  assert.equal(readJournal(rig.at("../build.jsonl")).length, 1, "its journal stays, and takes no more");
});

testWith(["mkfifo"], "a journal or log that can't be written is refused at the start", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "file": "" });
  assertOk(await rig.bare(["mkfifo", "pipe.jsonl"]));
  const rows: [args: string[], why: RegExp][] = [
    [["--journal", "build.json"], /must end in \.jsonl/],
    [["--journal", "pipe.jsonl"], /pipe\.jsonl: it is no regular file/],
    [["--journal", "file/build.jsonl"], /file\/build\.jsonl: /],
    [["--log", "."], /no regular file/],
    [["--owner-pid", "1"], /goes with --private-daemon/],
    [["--private-daemon", "--owner-pid", "999999999"], /999999999 .* doesn't run/],
    [["--private-daemon", "--owner-pid", "one"], /takes a process id/],
    [["--private-env", "=x"], /takes NAME=VALUE/],
  ];
  for (const [args, why] of rows) {
    const refused = await rig.wrapped(["session-start", ...args]);
    assert.deepEqual([refused.code, text(refused.stdout)], [1, ""], args.join(" "));
    assert.match(text(refused.stderr), why);
  }
});

testWith(["gcc"], "journals stay whole under parallel load and rotation", async () => {
  await using rig = await Rig.open({ env: { ZCCACHE_JOURNAL_LIMIT_BYTES: "20000" } });
  rig.fresh(FILES);
  const { id, env } = await begin(rig, "--stats", "--journal", "../build.jsonl");
  await rig.expectSame(["gcc", "-c", "a.c", "-o", "x.o"], { cold: "miss", env });
  const jobs = Array.from({ length: 16 }, async (_, job) => {
    for (let i = 0; i < 15; i++) assertOk(await rig.wrapped(["gcc", "-c", "a.c", "-o", `${job}.o`], { env }));
  });
  await Promise.all(jobs);
  assertOk(await rig.wrapped(["session-end", id]));
  const own = readJournal(rig.at("../build.jsonl"));
  assert.equal(own.length, 241);
  assert.equal(new Set(own.map((line) => line.id)).size, 241);
  assertOk(await rig.wrapped(["gcc", "-c", "a.c", "-o", "x.o"]));
  assertOk(await rig.wrapped(["stop"]));
  const kept = [...readJournal(`${rig.root}/logs/compile_journal.jsonl.1`), ...globalJournal(rig)];
  assert.equal(kept.pop()?.session_id, null);
  assert.ok(kept.length > 0);
  assert.deepEqual(kept, own.slice(-kept.length));
});

testWith(
  ["gcc", "ar"],
  "several sources in one command, archives and programs that are unknown carry the session",
  async () => {
    await using rig = await Rig.open();
    rig.fresh(FILES);
    const { id, env } = await begin(rig, "--stats", "--profile", "--journal", "../build.jsonl");
    await rig.expectSame(["gcc", "-c", "a.c", "b.c"], { cold: ["miss", "miss"], warm: ["hit", "hit"], env });
    await rig.expectSame(["ar", "rcsD", "ab.a", "a.o", "b.o"], { cold: "miss", warm: "hit", env });
    await rig.expectSame(["true"], { cold: "uncacheable:unknown-tool", env });
    const stats = await statsOf(rig, id);
    assert.deepEqual(
      ["hits", "misses", "non_cacheable", "unique_sources", "link_hits", "link_misses"].map((key) =>
        stats[key]
      ),
      [2, 2, 1, 2, 1, 1],
    );
    assertOk(await rig.wrapped(["session-end", id]));
    const own = readJournal(rig.at("../build.jsonl"));
    assert.deepEqual(own.map(({ outcome }) => outcome), ["miss", "hit", "link_miss", "link_hit", "miss"]);
    assert.deepEqual(globalJournal(rig), own);
    for (const line of own) assert.ok(line.phase_ns?.["connect"] !== undefined, line.args.join(" "));
    assert.ok(own[0]?.phase_ns?.["tool"] !== undefined && own[1]?.phase_ns?.["validate"] !== undefined);
  },
);
