import assert from "node:assert/strict";
import { reportOf, running } from "./_running.ts";
import { runScript, Stage } from "./_stage.ts";

Deno.test("a reply that waits ends when Done's files are written", async () => {
  await using stage = new Stage();
  stage.tool("cc", "echo bypassed");
  const done = {
    kind: "done",
    files: [{ dest: "a.d", mode: 0o666, inline: new TextEncoder().encode("deps\n") }],
  } as const;
  stage.daemon((request) =>
    request.kind === "compile" ? runScript(stage, "echo ran", { waits: true }) : done
  );
  const ended = await stage.zcc(["cc"]);
  assert.deepEqual([ended.code, ended.stdout, stage.read("a.d")], [0, "ran\n", "deps\n"]);
});

Deno.test("without Done the caller's own command runs", async () => {
  await using stage = new Stage();
  running(stage, "echo ran", { waits: true });
  const ended = await stage.zcc(["cc"]);
  assert.deepEqual([ended.code, ended.stdout], [0, "ran\nbypassed\n"]);
  assert.match(stage.log(), /the daemon closed the connection: cc\n$/);
});

Deno.test("Preprocess writes its file, says so and obeys the next reply", async () => {
  await using stage = new Stage();
  stage.tool("cc", "echo bypassed");
  const into = `${stage.root}/tmp/i`;
  const daemon = stage.daemon((request) => {
    if (request.kind === "preprocessed") return runScript(stage, "echo second");
    if (request.kind !== "compile") return "close";
    const argv = ["sh", "-c", "cat; echo expanded; echo noise >&2; exit 3"];
    return { kind: "preprocess", ticket: 9, tool: "/bin/sh", argv, env: [], into };
  });
  const ended = await stage.zcc(["cc"], { stdin: "not for the preprocessor" });
  assert.deepEqual([ended.stdout, ended.stderr], ["second\n", ""]);
  assert.equal(Deno.readTextFileSync(into), "expanded\nnoise\n"); // a warning makes it another text
  const sent = daemon.requests[1];
  assert.ok(sent?.kind === "preprocessed");
  assert.deepEqual([sent.ticket, sent.exit], [9, 3]);
});

Deno.test("Preprocess comes at most three times before what decides", async () => {
  for (const [times, ran] of [[3, "decided\n"], [4, "bypassed\n"]] as const) {
    await using stage = new Stage();
    stage.tool("cc", "echo bypassed");
    let left: number = times;
    stage.daemon(() => {
      if (left-- === 0) return runScript(stage, "echo decided");
      const argv = ["sh", "-c", ":"];
      return { kind: "preprocess", ticket: 9, tool: "/bin/sh", argv, env: [], into: `${stage.root}/tmp/i` };
    });
    assert.equal((await stage.zcc(["cc"])).stdout, ran);
  }
});

Deno.test("what is known already is delivered before the tool runs; what can't be delivered makes the caller's tool run", async () => {
  await using stage = new Stage();
  const files = [{ dest: "b.o", mode: 0o666, inline: new TextEncoder().encode("known\n") }];
  running(stage, "cat b.o; echo object > a.o; exit 3", { outputs: ["a.o"], files, several: true });
  assert.deepEqual(await stage.zcc(["cc"]), { code: 3, signal: null, stdout: "known\n", stderr: "" });
  Deno.removeSync(`${stage.work}/b.o`);
  Deno.mkdirSync(`${stage.work}/b.o`);
  assert.equal((await stage.zcc(["cc"])).stdout, "bypassed\n");
});

Deno.test("several sources: outputs are copied though one failed, unless a signal ended the tool", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "echo object > a.o; exit 1", { outputs: ["a.o", "b.o"], several: true });
  assert.equal((await stage.zcc(["cc"])).code, 1);
  assert.deepEqual((await reportOf(daemon)).outputs.map((copy) => copy?.size), [7, undefined]);
  await using other = new Stage();
  const killed = running(other, "echo object > a.o; kill -9 $$", { outputs: ["a.o"], several: true });
  await other.zcc(["cc"]);
  assert.deepEqual((await reportOf(killed)).outputs, [undefined]);
});

Deno.test("lists written one over another to the same name are all kept, however long they are", async () => {
  await using stage = new Stage();
  const list = `"${stage.root}/tmp/dep"`;
  const long = `i=0; while [ $i -lt 3 ]; do seq -f "list $i line %g" 1 200000 > ${list}; i=$((i+1)); done`;
  const daemon = running(stage, `exec 1>&- 2>&-; ${long}; sleep 0.05`, { lists: true });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  await reportOf(daemon);
  const lines = Deno.readTextFileSync(`${stage.root}/tmp/deps`).split("\n");
  assert.equal(lines.length, 600_001);
  assert.equal(lines[200_000], "list 1 line 1");
});

Deno.test("a tool that writes no list, or can't be started, waits for nobody", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "echo done", { lists: true });
  assert.equal((await stage.zcc(["cc"])).stdout, "done\n");
  await reportOf(daemon);
  assert.equal(Deno.readTextFileSync(`${stage.root}/tmp/deps`), "");
  await using other = new Stage();
  running(other, "", { lists: true, tool: `${other.root}/nothing` });
  assert.equal((await other.zcc(["cc"])).stdout, "bypassed\n");
});
