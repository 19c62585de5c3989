import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { testWith } from "../testing/needs.ts";
import { reportOf, running } from "./_running.ts";
import { runScript, Stage } from "./_stage.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("a miss runs the plan, passes the streams through, copies the outputs and reports", async () => {
  await using stage = new Stage();
  const script =
    "echo to out; echo to err >&2; echo object > a.o; chmod 640 a.o; mkfifo pipe; ln -s a.o link";
  const daemon = running(stage, script, { outputs: ["a.o", "missing", "pipe", "link"] });
  assert.deepEqual(await stage.zcc(["cc", "-c", "a.c"]), {
    code: 0,
    signal: null,
    stdout: "to out\n",
    stderr: "to err\n",
  });
  const report = await reportOf(daemon);
  assert.deepEqual(
    { ...report, wallNs: 0, snapshotNs: 0, stdout: text(report.stdout), stderr: text(report.stderr) },
    {
      kind: "report",
      ticket: 7,
      exit: 0,
      signal: 0,
      wallNs: 0,
      snapshotNs: 0,
      truncated: false,
      priorityDenied: false,
      late: false,
      stdout: "to out\n",
      stderr: "to err\n",
      outputs: [{ size: 7, mode: 0o640 }, undefined, undefined, undefined],
    },
  );
  assert.ok(report.wallNs > 100_000 && report.wallNs < 20e9);
  assert.ok(report.snapshotNs > 1_000 && report.snapshotNs < 20e9);
  assert.equal(Deno.readTextFileSync(`${stage.root}/tmp/0`), "object\n");
  assert.deepEqual([...Deno.readDirSync(`${stage.root}/tmp`)].map((e) => e.name), ["0"]);
});

Deno.test("the copies of large outputs, and of such with holes, are what the tool wrote", async () => {
  await using stage = new Stage();
  const script = "head -c 3000001 /dev/urandom > a; cp a b; truncate -s 5000003 b; echo end >> b; : > c";
  const daemon = running(stage, script, { outputs: ["a", "b", "c"] });
  assert.equal((await stage.zcc(["cc"])).code, 0);
  const { outputs } = await reportOf(daemon);
  assert.deepEqual(outputs.map((output) => output?.size), [3_000_001, 5_000_007, 0]);
  for (const [i, name] of ["a", "b", "c"].entries()) {
    const copy = Deno.readFileSync(`${stage.root}/tmp/${i}`);
    assert.ok(Buffer.from(Deno.readFileSync(`${stage.work}/${name}`)).equals(copy), name);
  }
});

Deno.test("a failing tool's exit code passes, and nothing is copied", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "echo object > a.o; exit 41", { outputs: ["a.o"], waits: true });
  assert.equal((await stage.zcc(["cc"])).code, 41);
  const report = await reportOf(daemon);
  assert.deepEqual([report.exit, report.signal, report.outputs], [41, 0, [undefined]]);
  assert.deepEqual([...Deno.readDirSync(`${stage.root}/tmp`)], []);
});

Deno.test("a tool ended by a signal is reported and ends the launcher the same way", async () => {
  for (const [name, number] of [["SIGTERM", 15], ["SIGKILL", 9], ["SIGSEGV", 11]] as const) {
    await using stage = new Stage();
    const daemon = running(stage, `kill -${number} $$`);
    assert.equal((await stage.zcc(["cc"])).signal, name);
    const report = await reportOf(daemon);
    assert.deepEqual([report.exit, report.signal], [-1, number]);
  }
});

Deno.test("the environment's changes reach the tool, and nothing else changes", async () => {
  await using stage = new Stage();
  running(stage, "env; pwd", { env: ["A=new", "B", "C=3"] });
  const env = { A: "old", B: "b", AA: "x" };
  const variables = { ...stage.env(env), A: "new", C: "3", PWD: stage.work };
  const expected = Object.entries(variables).filter(([name]) => name !== "B").map(([name, value]) =>
    `${name}=${value}`
  );
  const { stdout } = await stage.zcc(["cc"], { env });
  const lines = stdout.trimEnd().split("\n").filter((line) => !/^(_|OLDPWD|SHLVL)=/.test(line));
  assert.deepEqual(lines.sort(), [...expected, stage.work].sort());
});

Deno.test("standard input is the caller's", async () => {
  await using stage = new Stage();
  running(stage, "cat");
  assert.equal((await stage.zcc(["cc"], { stdin: "typed\n" })).stdout, "typed\n");
});

Deno.test("10 MB on each stream pass while they appear; over the limit none is kept", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "head -c 10000000 /dev/zero & head -c 10000000 /dev/zero >&2; wait");
  const ended = await stage.zcc(["cc"]);
  assert.deepEqual([ended.stdout.length, ended.stderr.length], [10_000_000, 10_000_000]);
  const report = await reportOf(daemon);
  assert.deepEqual([report.truncated, report.stdout.length, report.stderr.length], [true, 0, 0]);
});

Deno.test("a stream that nobody reads doesn't hold up the other", async () => {
  await using stage = new Stage();
  running(stage, "head -c 300000 /dev/zero & for i in 1 2 3; do echo line $i >&2; done; wait");
  const child = stage.spawn(stage.zccache, ["cc"]);
  const reader = child.stderr.getReader();
  let heard = "";
  while (!heard.includes("line 3")) heard += text((await reader.read()).value!);
  reader.releaseLock();
  await child.stderr.cancel();
  assert.equal((await new Response(child.stdout).bytes()).length, 300_000);
  assert.equal((await child.status).code, 0);
});

Deno.test("a message is passed on before the tool ends", async () => {
  await using stage = new Stage();
  running(stage, "echo early; read line; echo $line");
  const child = stage.spawn(stage.zccache, ["cc"], { stdin: "" });
  const reader = child.stdout.getReader();
  assert.equal(text((await reader.read()).value!), "early\n");
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("late\n"));
  await writer.close();
  assert.equal(text((await reader.read()).value!), "late\n");
  reader.releaseLock();
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  assert.equal((await child.status).code, 0);
});

Deno.test("a process that the tool leaves behind doesn't hold the launcher", async () => {
  await using stage = new Stage();
  const daemon = running(stage, "echo said; sleep 20 & echo $! > pid");
  const started = performance.now();
  const ended = await stage.zcc(["cc"]);
  assert.deepEqual([ended.code, ended.stdout], [0, "said\n"]);
  assert.ok(performance.now() - started < 5000);
  Deno.kill(Number(stage.read("pid")), "SIGKILL");
  assert.equal((await reportOf(daemon)).truncated, true);
});

Deno.test("SIGTERM to the launcher is passed to the tool", async () => {
  await using stage = new Stage();
  running(stage, "trap 'echo got it; exit 9' TERM; echo ready; while :; do sleep 0.05; done");
  const child = stage.spawn(stage.zccache, ["cc"]);
  const reader = child.stdout.getReader();
  assert.equal(text((await reader.read()).value!), "ready\n");
  Deno.kill(child.pid, "SIGTERM");
  assert.equal(text((await reader.read()).value!), "got it\n");
  reader.releaseLock();
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  assert.equal((await child.status).code, 9);
});

Deno.test("ignored signals stay ignored in the tool, SIGCHLD too", async () => {
  await using stage = new Stage();
  running(stage, "grep SigIgn /proc/$$/status; exit 5");
  const script = `import os,signal,sys
for s in (signal.SIGCHLD, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])`;
  const bare = await stage.run("python3", [
    "-c",
    script,
    "/bin/sh",
    "-c",
    "grep SigIgn /proc/$$/status; exit 5",
  ]);
  assert.deepEqual(await stage.run("python3", ["-c", script, stage.zccache, "cc"]), bare);
});

Deno.test("a plan whose program is gone, or is the launcher, runs the caller's command", async () => {
  await using stage = new Stage();
  stage.tool("cc", "echo bypassed");
  let tool = "";
  stage.daemon(() => runScript(stage, "echo ran", { tool }));
  for (tool of [`${stage.base}/gone`, stage.zccache]) {
    assert.equal((await stage.zcc(["cc"])).stdout, "bypassed\n");
  }
});

Deno.test("a stream that the caller closed is closed for the tool, and nothing is kept of the run", async () => {
  for (const streams of ["2>&-", ">&-", ">&- 2>&-", "<&-"]) {
    await using stage = new Stage();
    const script =
      's=; for f in 0 1 2; do [ -e /proc/$$/fd/$f ] && s="$s $f"; done; echo "$s" > fds; echo end >&2';
    const daemon = running(stage, script);
    await stage.run("/bin/sh", ["-c", `exec /bin/sh -c "$1" ${streams}`, "sh", script]);
    const bare = stage.read("fds");
    await stage.run("/bin/sh", ["-c", `exec ${stage.zccache} cc ${streams}`]);
    assert.equal(stage.read("fds"), bare, streams);
    assert.equal((await reportOf(daemon)).truncated, streams !== "<&-", streams);
  }
});

Deno.test("a tool that fails after the cache's folder was lost runs again untouched", async () => {
  await using stage = new Stage();
  const snapshot = `${stage.root}/tmp/7`;
  const daemon = running(stage, `rm -r ${snapshot}; echo ours >&2; exit 1`, { snapshot });
  for (const before of [() => Deno.mkdirSync(snapshot), () => {}]) {
    before();
    const ended = await stage.zcc(["cc"]);
    assert.deepEqual([ended.code, ended.stdout], [0, "bypassed\n"]);
    assert.match(stage.log(), /the cache's folder is gone or its volume full: cc\n$/);
  }
  assert.deepEqual(daemon.requests.map((request) => request.kind), ["compile", "compile"]);
});

testWith(
  ["linux", "root"],
  "a tool that fails because the cache's volume is full runs again untouched",
  async () => {
    await using stage = new Stage();
    const snapshot = `${stage.root}/tmp/volume`;
    Deno.mkdirSync(snapshot);
    const mount = await stage.run("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", snapshot]);
    assert.equal(mount.code, 0, mount.stderr);
    try {
      running(stage, `head -c 4000000 /dev/zero 2>&- > ${snapshot}/dep`, { snapshot });
      for (let i = 0; i < 2; i++) {
        const ended = await stage.zcc(["cc"]);
        assert.deepEqual([ended.code, ended.stdout, ended.stderr], [0, "bypassed\n", ""]);
      }
      Deno.removeSync(`${snapshot}/dep`);
      assert.match(stage.log(), /its volume full: cc\n.*its volume full: cc\n$/);
    } finally {
      await stage.run("umount", [snapshot]);
    }
  },
);

Deno.test("a tool that fails for its own reasons while there is room runs once", async () => {
  await using stage = new Stage();
  running(stage, "exit 1");
  assert.deepEqual(await stage.zcc(["cc"]), { code: 1, signal: null, stdout: "", stderr: "" });
});
