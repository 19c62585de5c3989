import assert from "node:assert/strict";
import type { SessionRequest } from "../core/mod.ts";
import { type Session, SessionFolder, Sessions } from "./mod.ts";
import { withFolder } from "../../testing/folder.ts";

const REQUEST: SessionRequest = {
  cwd: "/p",
  stats: true,
  profile: true,
  log: undefined,
  journal: undefined,
  owners: undefined,
  env: [],
};

const EXPIRY_MS = 3_600_000;

const CALL = { compiler: "/usr/bin/gcc", args: ["-c", "a.c"], cwd: "/p", env: [], source: "a.c" };

const UNKNOWN = { ...CALL, source: undefined };

/** Sessions in a folder, at a time of the test's choice. */
function open(
  folder: string,
  now = () => 1_000_000,
  complain: (message: string) => void = assert.fail,
): Sessions {
  return new Sessions({
    folder: new SessionFolder(`${folder}/sessions`, complain),
    now,
    expiryMs: EXPIRY_MS,
  });
}

function begin(sessions: Sessions, changes: Partial<SessionRequest> = {}): Session {
  const started = sessions.start({ ...REQUEST, ...changes }, []);
  assert.ok(started.ok);
  return started.value;
}

/** What a launcher appends when it has delivered. */
function note(path: string, mark: number, ns: number): void {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, mark);
  view.setBigUint64(4, BigInt(ns));
  Deno.writeFileSync(path, new Uint8Array(view.buffer), { append: true });
}

Deno.test("Sessions counts each session apart, compilations and links", () =>
  withFolder(async (folder) => {
    await using sessions = open(folder);
    const [a, b] = [begin(sessions), begin(sessions, { stats: false })];
    const hit = { work: "compilations", outcome: "cached", savedMs: 20, bytes: 100 } as const;
    sessions.count(a, { ...hit, call: CALL });
    sessions.count(a, { ...hit, call: CALL, isFromElsewhere: true });
    a.countUnshared("path_sensitive_arg");
    sessions.count(a, {
      work: "compilations",
      outcome: "cold",
      reason: "first-seen",
      call: { ...CALL, source: "b.c" },
      bytes: 7,
    });
    sessions.count(a, { work: "compilations", outcome: "nonCacheable", reason: "random", call: UNKNOWN });
    sessions.count(a, { work: "compilations", outcome: "errors", reason: "tool-failed", call: UNKNOWN });
    sessions.count(a, { work: "links", outcome: "cold", reason: "first-seen", call: CALL });
    sessions.count(b, { ...hit, call: CALL });
    assert.deepEqual(a.report(0).counts, {
      hits: 2,
      misses: 1,
      nonCacheable: 1,
      errors: 1,
      linkHits: 0,
      linkMisses: 1,
      linkNonCacheable: 0,
      linkErrors: 0,
      worktreeHits: 1,
      timeSavedMs: 40,
      uniqueSources: 2,
      bytesRead: 200,
      bytesWritten: 7,
      reasons: { "first-seen": 2, "random": 1, "tool-failed": 1 },
      unshared: { "path_sensitive_arg": 1 },
    });
    assert.equal(b.report(0).counts, undefined);
    assert.deepEqual(sessions.tally, { active: 2, total: 2 });
  }));

Deno.test("Sessions takes up what an earlier daemon left, and goes on counting", () =>
  withFolder(async (folder) => {
    let id = "";
    {
      await using sessions = open(folder);
      const session = begin(sessions, { env: [["A", "b"]] });
      id = session.id;
      sessions.count(session, { work: "compilations", outcome: "cached", call: CALL });
      session.profiled({ phases: { tool: 5e6 }, outcome: "miss", call: CALL }, false);
      await session.files.sources?.written();
    }
    await using sessions = open(folder);
    const session = sessions.find(id);
    assert.ok(session !== undefined);
    sessions.count(session, { work: "compilations", outcome: "cached", call: CALL });
    sessions.count(session, { work: "compilations", outcome: "cached", call: { ...CALL, source: "b.c" } });
    const { counts, profile } = session.report(0);
    assert.deepEqual([counts?.hits, counts?.uniqueSources, profile?.requests], [3, 2, 1]);
    assert.deepEqual([profile?.slowest[0]?.what, profile?.slowest[0]?.totalNs], ["/p/a.c", 5e6]);
    assert.deepEqual([...session.envBlock ?? []], [...new TextEncoder().encode("A=b\0")]);
  }));

Deno.test("Sessions forgets a session that ended; its files are removed and its journal stays", () =>
  withFolder(async (folder) => {
    await using sessions = open(folder);
    const session = begin(sessions, { journal: `${folder}/logs/build.jsonl` });
    await sessions.end(session);
    assert.equal(sessions.find(session.id), undefined);
    assert.deepEqual([...Deno.readDirSync(`${folder}/sessions`)], []);
    assert.ok(Deno.statSync(`${folder}/logs/build.jsonl`).isFile);
    assert.deepEqual(sessions.tally, { active: 0, total: 1 });
  }));

Deno.test("Sessions lets a session expire some time after its last command", () =>
  withFolder(async (folder) => {
    const start = 1_000_000;
    let nowMs = start;
    await using sessions = open(folder, () => nowMs);
    const [idle, used] = [begin(sessions), begin(sessions)];
    nowMs = start + EXPIRY_MS;
    sessions.count(used, { work: "compilations", outcome: "cached", call: CALL });
    sessions.expire();
    assert.equal(sessions.tally.active, 2);
    nowMs++;
    sessions.expire();
    assert.deepEqual(sessions.list.map(({ id }) => id), [used.id]);
    assert.equal(sessions.find(idle.id), undefined);
    await sessions[Symbol.asyncDispose]();
    await using later = open(folder, () => nowMs + EXPIRY_MS + 1);
    assert.equal(later.tally.active, 0);
  }));

Deno.test("Sessions leaves a session to its owners, however long they do nothing", () =>
  withFolder(async (folder) => {
    let nowMs = 1_000_000;
    await using sessions = open(folder, () => nowMs);
    assert.ok(sessions.start(REQUEST, [{ pid: Deno.pid, startedTicks: null }]).ok);
    nowMs += 2 * EXPIRY_MS;
    sessions.expire();
    assert.equal(sessions.tally.active, 1);
  }));

Deno.test("Sessions ends a session whose timings can't be read", () =>
  withFolder(async (folder) => {
    await using sessions = open(folder);
    const session = begin(sessions, { profile: true });
    const path = session.files.timings ?? "";
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    await sessions.end(session);
    assert.equal(sessions.tally.active, 0);
    assert.deepEqual([...Deno.readDirSync(`${folder}/sessions`)], []);
  }));

Deno.test("Sessions refuses a journal or log that can't be appended to", () =>
  withFolder(async (folder) => {
    await using sessions = open(folder);
    Deno.writeTextFileSync(`${folder}/file`, "");
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe.jsonl`] }).output();
    for (const path of [`${folder}/file/j.jsonl`, folder, `${folder}/pipe.jsonl`]) {
      for (const request of [{ ...REQUEST, journal: path }, { ...REQUEST, log: path }]) {
        const started = sessions.start(request, []);
        assert.ok(!started.ok && started.error.startsWith(`Cannot write ${path}: `), path);
      }
    }
    assert.equal(sessions.tally.active, 0);
  }));

Deno.test("Sessions puts away a state that can't be read", () =>
  withFolder(async (folder) => {
    const complaints: string[] = [];
    Deno.mkdirSync(`${folder}/sessions`);
    Deno.writeTextFileSync(`${folder}/sessions/x.json`, '{"id":');
    Deno.writeTextFileSync(`${folder}/sessions/y.json`, "{}");
    await using sessions = open(folder, () => 0, (message) => complaints.push(message));
    assert.equal(sessions.tally.active, 0);
    assert.equal(complaints.length, 2);
    assert.deepEqual([...Deno.readDirSync(`${folder}/sessions`)], []);
  }));

Deno.test("a session's profile takes in deliveries that launchers told, once each", () =>
  withFolder(async (folder) => {
    await using sessions = open(folder);
    const session = begin(sessions);
    const phases = { validate: 1000 };
    const timings = [1, 2].map(() => session.profiled({ phases, outcome: "hit", call: CALL }, true));
    assert.deepEqual(timings.map((timing) => timing?.mark), [1, 2]);
    const path = timings[0]?.path;
    assert.ok(path !== undefined);
    note(path, 2, 5000);
    session.readTimings();
    Deno.writeFileSync(path, new Uint8Array(5), { append: true });
    session.readTimings();
    const { profile } = session.report(0);
    const deliver = profile?.phases.find(({ phase }) => phase === "deliver");
    assert.deepEqual([deliver?.count, deliver?.totalNs], [1, 5000]);
    assert.deepEqual(profile?.slowest.map(({ totalNs }) => totalNs), [6000, 1000]);
  }));

Deno.test("a delivery that was told to a killed daemon is nobody's later on", () =>
  withFolder(async (folder) => {
    const answer = (session: Session, source: string) =>
      session.profiled({ phases: { validate: 1000 }, outcome: "hit", call: { ...CALL, source } }, true);
    const killed = open(folder);
    const { id } = begin(killed);
    const path = answer(killed.find(id)!, "a.c")?.path ?? "";
    note(path, 1, 5000);
    // nothing was saved, so the mark is given again
    await using sessions = open(folder);
    const session = sessions.find(id)!;
    assert.equal(answer(session, "b.c")?.mark, 1);
    session.readTimings();
    const { profile } = session.report(0);
    assert.deepEqual(profile?.slowest.map(({ what, totalNs }) => [what, totalNs]), [["/p/b.c", 1000]]);
    assert.equal(profile?.phases.find(({ phase }) => phase === "deliver")?.totalNs, 5000);
  }));
