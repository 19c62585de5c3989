import assert from "node:assert/strict";
import { Journal, journalEnvironment, type JournalRecord, LineFile } from "./mod.ts";
import { withFolder } from "../../testing/folder.ts";

const RECORD: JournalRecord = {
  call: { compiler: "/usr/bin/gcc", args: ["-c", "a b.c"], cwd: "/p", env: [["CC", "gcc"]] },
  outcome: "miss",
  sessionId: null,
  exitCode: 0,
  latencyNs: 85_415_944,
  atMs: Date.UTC(2026, 10, 21, 1, 21, 0, 489),
  reason: "first-seen",
};

const fileAt = (path: string, limitBytes = 0) => new LineFile(path, { limitBytes, complain: assert.fail });

const linesOf = (path: string) => Deno.readTextFileSync(path).trimEnd().split("\n");

Deno.test("Journal writes the fields in their order, one object a line", () =>
  withFolder(async (folder) => {
    {
      await using journal = new Journal(fileAt(`${folder}/j.jsonl`), "g1");
      journal.record(RECORD);
    }
    assert.equal(
      Deno.readTextFileSync(`${folder}/j.jsonl`),
      '{"ts":"2026-11-21T01:21:00.489Z","outcome":"miss","compiler":"/usr/bin/gcc","args":["-c","a b.c"],"cwd":"/p",' +
        '"env":[["CC","gcc"]],"exit_code":0,"session_id":null,"latency_ns":85415944,"reason":"first-seen","id":"g1.1"}\n',
    );
  }));

Deno.test("Journal says source, output, key, tool time and cause where they are known", () =>
  withFolder(async (folder) => {
    {
      await using journal = new Journal(fileAt(`${folder}/j.jsonl`), "g1");
      const call = { ...RECORD.call, source: "a b.c", output: "/o/a.o" };
      const more = { key: "k", toolMs: 1.5, because: { option: "-O2" }, phases: { tool: 1_500_000 } };
      journal.record({ ...RECORD, call, ...more, sessionId: "s" });
    }
    const { source, output, context_key, tool_ns, because, phase_ns, session_id } = JSON.parse(
      Deno.readTextFileSync(`${folder}/j.jsonl`),
    );
    assert.deepEqual({ source, output, context_key, tool_ns, because, phase_ns, session_id }, {
      source: "/p/a b.c",
      output: "/o/a.o",
      context_key: "k",
      tool_ns: 1_500_000,
      because: { option: "-O2" },
      phase_ns: { tool: 1_500_000 },
      session_id: "s",
    });
  }));

Deno.test("Journal writes a session's records to its own journal and log too", () =>
  withFolder(async (folder) => {
    const files = { journal: fileAt(`${folder}/s.jsonl`), log: fileAt(`${folder}/s.log`) };
    {
      await using journal = new Journal(fileAt(`${folder}/j.jsonl`), "g1");
      journal.record(RECORD);
      journal.record({ ...RECORD, outcome: "hit", sessionId: "s" }, files);
    }
    assert.equal(linesOf(`${folder}/j.jsonl`).length, 2);
    assert.deepEqual(linesOf(`${folder}/s.jsonl`), linesOf(`${folder}/j.jsonl`).slice(1));
    assert.match(
      Deno.readTextFileSync(`${folder}/s.log`),
      /\[HIT\] \/usr\/bin\/gcc -c a b\.c in 85\.4 ms\n$/,
    );
  }));

Deno.test("LineFile begins a new file at its limit and keeps the one before", () =>
  withFolder(async (folder) => {
    const file = fileAt(`${folder}/j.jsonl`, 1000);
    for (let i = 0; i < 10; i++) file.append(`${"x".repeat(299)}\n`);
    await file.written();
    assert.deepEqual([linesOf(`${folder}/j.jsonl.1`).length, linesOf(`${folder}/j.jsonl`).length], [3, 1]);
    assert.deepEqual([...Deno.readDirSync(folder)].map((entry) => entry.name).sort(), [
      "j.jsonl",
      "j.jsonl.1",
    ]);
  }));

Deno.test("LineFile keeps lines whole and in order while others append to the same file", () =>
  withFolder(async (folder) => {
    const writers = ["a", "b", "c"].map((name) => ({ name, file: fileAt(`${folder}/j.jsonl`) }));
    for (let i = 0; i < 200; i++) {
      for (const { name, file } of writers) file.append(`${name} ${i} ${name.repeat(500)}\n`);
    }
    await Promise.all(writers.map(({ file }) => file.written()));
    const lines = linesOf(`${folder}/j.jsonl`);
    assert.equal(lines.length, 600);
    for (const { name } of writers) {
      const numbers = lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(" ")[1]));
      assert.deepEqual(numbers, Array.from({ length: 200 }, (_, i) => i));
    }
    assert.ok(lines.every((line) => /^([abc]) \d+ \1{500}$/.test(line)));
  }));

Deno.test("LineFile complains once about a folder that is gone, and writes again when it's back", () =>
  withFolder(async (folder) => {
    const complaints: string[] = [];
    const path = `${folder}/gone/j.jsonl`;
    const file = new LineFile(path, { complain: (message) => complaints.push(message) });
    file.append("1\n");
    file.append("2\n");
    await file.written();
    assert.equal(complaints.length, 1);
    assert.ok(complaints[0]!.startsWith(`Cannot write ${path}: `));
    Deno.mkdirSync(`${folder}/gone`);
    file.append("3\n");
    await file.written();
    assert.deepEqual(linesOf(path), ["3"]);
  }));

Deno.test("LineFile waits for no pipe that has come in its place", () =>
  withFolder(async (folder) => {
    const complaints: string[] = [];
    const path = `${folder}/j.jsonl`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    const file = new LineFile(path, { complain: (message) => complaints.push(message) });
    file.append("1\n");
    await file.written();
    assert.deepEqual(complaints, [`Cannot write ${path}: it is no regular file`]);
  }));

Deno.test("Journal ends in time though a session's journal takes nothing", () =>
  withFolder(async (folder) => {
    const [file, stuck] = [fileAt(`${folder}/j.jsonl`), fileAt(`${folder}/stuck.jsonl`)];
    const written = () => LineFile.prototype.written.call(stuck);
    stuck.written = () => new Promise(() => {});
    const journal = new Journal(file, "g1", 10);
    journal.record(RECORD, { journal: stuck });
    await journal[Symbol.asyncDispose]();
    // ten milliseconds may have been too short for the other one as well, and the folder is removed
    await Promise.all([file.written(), written()]);
    assert.equal(linesOf(`${folder}/j.jsonl`).length, 1);
  }));

Deno.test("journalEnvironment() lets build variables through and nothing else", () => {
  const env = new Map([["CXX", "g++"], ["CFLAGS", "-O2"], ["AWS_SECRET_ACCESS_KEY", "x"], [
    "CARGO_REGISTRY_TOKEN",
    "y",
  ]]);
  assert.deepEqual(journalEnvironment(env), [["CFLAGS", "-O2"], ["CXX", "g++"]]);
});
