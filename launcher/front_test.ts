import assert from "node:assert/strict";
import { hit, Stage } from "./_stage.ts";

Deno.test("what can't be run gets the shell's words and its exit code", async () => {
  await using stage = new Stage();
  Deno.writeTextFileSync(`${stage.work}/plain`, "x");
  const rows = [
    ["no-such-word", 127, "zccache: no-such-word: command not found\n"],
    ["./missing", 127, "zccache: ./missing: No such file or directory\n"],
    ["plain/x", 127, "zccache: plain/x: Not a directory\n"],
    ["./plain", 126, "zccache: ./plain: Permission denied\n"],
    ["/tmp", 126, "zccache: /tmp: Is a directory\n"],
  ] as const;
  for (const [word, code, stderr] of rows) {
    assert.deepEqual(await stage.zcc([word]), { code, signal: null, stdout: "", stderr });
  }
});

Deno.test("the full program answers commands, options and words that are no program", async () => {
  await using stage = new Stage();
  stage.fullProgram(`echo "$@"`);
  const rows = [
    [[], "zccache"],
    [["--version"], "zccache --version"],
    [["start"], "zccache start"],
    [["status", "--json"], "zccache status --json"],
    [["wrap"], "zccache wrap"],
    [["wrap", "--strict-paths"], "zccache wrap --strict-paths"],
    [["--strict-paths=off", "--json"], "zccache --strict-paths=off --json"],
    [["no-such-word", "-x"], "zccache no-such-word -x"],
  ] as const;
  for (const [args, said] of rows) {
    assert.deepEqual(await stage.zcc(args), { code: 0, signal: null, stdout: `${said}\n`, stderr: "" });
  }
  for (const role of ["zccache-daemon", "zccache-fp"]) {
    Deno.linkSync(stage.zccache, `${stage.prefix}/bin/${role}`);
    assert.equal(
      (await stage.run(`${stage.prefix}/bin/${role}`, ["--x", "a b"])).stdout,
      `${role} --x a b\n`,
    );
  }
});

Deno.test("a missing full program is named", async () => {
  await using stage = new Stage();
  const { code, stderr } = await stage.zcc(["status"]);
  assert.equal(code, 127);
  assert.match(stderr, /^zccache: cannot run .*\/prefix\/lib\/zccache\/deno: it is missing/);
});

Deno.test("the full program is found through a link to the launcher", async () => {
  await using stage = new Stage();
  stage.fullProgram(`echo "$@"`);
  Deno.symlinkSync(stage.zccache, `${stage.bin}/zccache`);
  assert.equal((await stage.run("/bin/sh", ["-c", "zccache start"])).stdout, "zccache start\n");
});

Deno.test("a running daemon answers status and kin; RunHere and faults go to the full program", async () => {
  await using stage = new Stage();
  stage.fullProgram(`echo "$@"`);
  const utf8 = new TextEncoder();
  let here = false;
  const daemon = stage.daemon(() =>
    here ? { kind: "run-here" } : { kind: "output", exit: 4, stdout: "text\n", stderr: "note\n" }
  );
  const answered = await stage.zcc(["status", "--json"]);
  assert.deepEqual(answered, { code: 4, signal: null, stdout: "text\n", stderr: "note\n" });
  const [request] = daemon.requests;
  assert.ok(request?.kind === "command");
  assert.deepEqual(request.argv, [utf8.encode("status"), utf8.encode("--json")]);
  here = true;
  assert.equal((await stage.zcc(["clear"])).stdout, "zccache clear\n");
  assert.equal((await stage.zcc(["status", "--endpoint", "x"])).stdout, "zccache status --endpoint x\n");
  assert.equal(daemon.requests.length, 2);
});

Deno.test("ZCCACHE_DISABLE runs the tool at once, arguments untouched", async () => {
  await using stage = new Stage();
  const daemon = stage.daemon(() => hit({ out: "hit\n" }));
  stage.tool("cc", `echo "$0" "$@"`);
  for (const value of ["1", "true", "TRUE"]) {
    const { stdout } = await stage.zcc(["cc", "-c"], { env: { ZCCACHE_DISABLE: value } });
    assert.equal(stdout, `${stage.bin}/cc -c\n`);
  }
  assert.equal(daemon.requests.length, 0);
  for (const value of ["0", "", "no"]) {
    assert.equal((await stage.zcc(["cc", "-c"], { env: { ZCCACHE_DISABLE: value } })).stdout, "hit\n");
  }
});

Deno.test("wrap and a doubled zccache name the tool behind them", async () => {
  await using stage = new Stage();
  const daemon = stage.daemon(() => hit({}));
  Deno.symlinkSync(stage.zccache, `${stage.bin}/zccache`);
  stage.tool("status", "echo tool");
  const lines = [["wrap", "cc", "-c"], ["wrap", "--", "status"], ["zccache", "cc"], [
    stage.zccache,
    "wrap",
    "cc",
  ]];
  for (const line of lines) assert.equal((await stage.zcc(line)).code, 0);
  const asked = daemon.requests.map((r) =>
    r.kind === "compile" && r.argv.map((a) => new TextDecoder().decode(a))
  );
  assert.deepEqual(asked, [["cc", "-c"], ["status"], ["cc"], ["cc"]]);
});

Deno.test("a link named as a tool stands for the next one on PATH", async () => {
  await using stage = new Stage();
  const links = `${stage.base}/links`;
  Deno.mkdirSync(links);
  for (const name of ["cc", "lonely"]) Deno.symlinkSync(stage.zccache, `${links}/${name}`);
  const real = stage.tool("cc", `echo "$0" "$@"`);
  const env = { PATH: `${links}:${links}/../links:${stage.bin}:/usr/bin:/bin` };
  const calls = [["cc -c"], [`${links}/cc -c`], [`${stage.zccache} cc -c`], [
    `${stage.zccache} ${links}/cc -c`,
  ]];
  for (const [line] of calls) {
    assert.equal((await stage.run("/bin/sh", ["-c", `exec ${line}`], { env })).stdout, `${real} -c\n`, line);
  }
  const daemon = stage.daemon(() => hit({ out: "hit\n" }));
  for (const [line] of calls) {
    assert.equal((await stage.run("/bin/sh", ["-c", `exec ${line}`], { env })).stdout, "hit\n", line);
  }
  for (const request of daemon.requests) {
    assert.ok(request.kind === "compile");
    assert.equal(new TextDecoder().decode(request.argv[0]), real);
  }
  const { code, stderr } = await stage.run(`${links}/lonely`, []);
  assert.deepEqual([code, stderr], [127, "zccache: lonely: command not found\n"]);
});

Deno.test("a script without an interpreter line runs as the shell runs it", async () => {
  await using stage = new Stage();
  Deno.writeTextFileSync(`${stage.bin}/bare`, 'echo ran "$@"\n');
  Deno.chmodSync(`${stage.bin}/bare`, 0o755);
  assert.equal((await stage.zcc(["bare", "a b"])).stdout, "ran a b\n");
});

Deno.test("PATH is searched as execvp does: empty parts, folders, files that can't be run", async () => {
  await using stage = new Stage();
  const path = stage.tool("tool", "echo found");
  Deno.renameSync(path, `${stage.work}/tool`);
  Deno.mkdirSync(`${stage.bin}/tool`);
  Deno.mkdirSync(`${stage.base}/plain`);
  Deno.writeTextFileSync(`${stage.base}/plain/tool`, "");
  const env = { PATH: `/none:${stage.bin}:${stage.base}/plain:${stage.bin}/tool/x::/usr/bin` };
  assert.equal((await stage.zcc(["tool"], { env })).stdout, "found\n");
});

Deno.test("the full program speaks to a daemon on the loopback interface; without it the tool runs", async () => {
  await using stage = new Stage();
  stage.tool("cc", `echo "tool $0 $@"`);
  const env = { ZCCACHE_ENDPOINT: "loopback" };
  assert.equal((await stage.zcc(["cc", "-c"], { env })).stdout, `tool ${stage.bin}/cc -c\n`);
  assert.match(stage.log(), /the full program, which knows the loopback interface, cannot be run: cc\n$/);
  stage.fullProgram(`echo "$@"`);
  Deno.linkSync(stage.zccache, `${stage.prefix}/bin/cc`);
  for (
    const [program, args, said] of [
      [stage.zccache, ["cc", "-c", "a b"], "zccache wrap -- cc -c a b"],
      [`${stage.prefix}/bin/cc`, ["-c"], `zccache wrap -- ${stage.bin}/cc -c`],
      [stage.zccache, ["status"], "zccache status"],
    ] as const
  ) {
    assert.equal((await stage.run(program, args, { env })).stdout, `${said}\n`);
    const elsewhere = { ZCCACHE_ENDPOINT: "loopback:/x" };
    assert.equal((await stage.run(program, args, { env: elsewhere })).stdout, `${said}\n`);
  }
  const socket = { ZCCACHE_ENDPOINT: "loopbacks" };
  assert.equal((await stage.zcc(["cc"], { env: socket })).stdout, `tool ${stage.bin}/cc \n`);
});
