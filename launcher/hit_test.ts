import assert from "node:assert/strict";
import { hit, Stage } from "./_stage.ts";

const BLOB = "object\0bytes\n".repeat(4000);

/** A stage whose daemon answers each compile with the same files. */
function stageWithBlob(): Stage & { blob: string } {
  const stage = new Stage();
  const blob = `${stage.root}/blob`;
  Deno.writeTextFileSync(blob, BLOB);
  Deno.chmodSync(blob, 0o444);
  stage.tool("cc", `echo really "$@"; echo tool >> ran; for f in a.o; do [ -p $f ] || echo tool > $f; done`);
  return Object.assign(stage, { blob });
}

Deno.test("a hit delivers its files, replays its streams and exits as the tool did", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() =>
    hit({
      exit: 3,
      out: "out\n",
      err: "warning\n",
      files: [
        { dest: "a.o", mode: 0o666, from: stage.blob },
        { dest: `${stage.work}/a.d`, mode: 0o777, inline: new TextEncoder().encode("a.o: a.c\n") },
      ],
    })
  );
  const ended = await stage.zcc(["cc", "-c", "a.c"]);
  assert.deepEqual(ended, { code: 3, signal: null, stdout: "out\n", stderr: "warning\n" });
  assert.equal(stage.read("a.o"), BLOB);
  assert.equal(stage.read("a.d"), "a.o: a.c\n");
  assert.deepEqual(stage.names(), ["a.d", "a.o"]);
  assert.equal(Deno.statSync(`${stage.work}/a.o`).mode! & 0o777, 0o644);
  assert.equal(Deno.statSync(`${stage.work}/a.d`).mode! & 0o777, 0o755);
  const [request] = daemon.requests;
  assert.ok(request?.kind === "compile");
  assert.deepEqual(request.argv.map((arg) => new TextDecoder().decode(arg)), ["cc", "-c", "a.c"]);
  assert.equal(new TextDecoder().decode(request.cwd), stage.work);
  assert.ok(new TextDecoder().decode(request.env).includes(`ZCCACHE_CACHE_DIR=${stage.root}\0`));
  assert.equal(request.umask, 0o22);
});

Deno.test("the session travels in the head, and what delivering took goes into the timing file", async () => {
  await using stage = stageWithBlob();
  const path = `${stage.root}/timings`;
  const files = [{ dest: "a.o", mode: 0o666, from: stage.blob }];
  const daemon = stage.daemon(() => ({ ...hit({ files }), timing: { path, mark: 70_001 } }));
  const env = { ZCCACHE_SESSION_ID: "fc51113d-9d58-455b-8c57-9d6d6a0708c1" };
  assert.equal((await stage.zcc(["cc"], { env })).code, 0);
  assert.throws(() => Deno.statSync(path), Deno.errors.NotFound, "the launcher never makes the file");
  Deno.writeTextFileSync(path, "");
  assert.equal((await stage.zcc(["cc"], { env })).code, 0);
  assert.equal((await stage.zcc(["cc"], { env: { ZCCACHE_SESSION_ID: "x".repeat(256) } })).code, 0);
  const notes = new DataView(Deno.readFileSync(path).buffer);
  assert.equal(notes.byteLength, 24);
  assert.deepEqual([notes.getUint32(0), notes.getUint32(12)], [70_001, 70_001]);
  assert.ok(notes.getBigUint64(4) > 1_000n && notes.getBigUint64(4) < 10_000_000_000n);
  const sessions = daemon.requests.map((request) => {
    assert.ok(request.kind === "compile");
    assert.ok(request.connectUs > 0 && request.connectUs < 10_000_000);
    assert.ok(!new TextDecoder().decode(request.env).includes("SESSION"));
    return new TextDecoder().decode(request.session);
  });
  assert.deepEqual(sessions, [env.ZCCACHE_SESSION_ID, env.ZCCACHE_SESSION_ID, ""]);
  assert.equal(stage.log(), "");
});

Deno.test("a bypass may bring variables for the tool", async () => {
  await using stage = new Stage();
  stage.tool("cc", `echo "$MORE $LESS"`);
  stage.daemon(() => ({ kind: "bypass", code: 21, env: ["MORE=more", "LESS"] }));
  const ended = await stage.zcc(["cc"], { env: { LESS: "less" } });
  assert.deepEqual([ended.code, ended.stdout], [0, "more \n"]);
});

Deno.test("every delivery gives the same bytes, a new time and no leftover", async () => {
  await using stage = stageWithBlob();
  const deliveries = ["auto", "copy"] as const;
  for (const delivery of deliveries) {
    const dest = `${delivery}.o`;
    stage.daemon(() => hit({ delivery, files: [{ dest, mode: 0o666, from: stage.blob }] }));
    Deno.utimeSync(stage.blob, 1000, 1000);
    for (let i = 0; i < 2; i++) {
      assert.equal((await stage.zcc(["cc"])).code, 0, delivery);
      assert.equal(stage.read(dest), BLOB);
      assert.ok(Deno.statSync(`${stage.work}/${dest}`).mtime!.getTime() > Date.now() - 60_000, delivery);
    }
    assert.equal(Deno.statSync(stage.blob).nlink, 1, delivery);
    Deno.removeSync(`${stage.root}/daemon.sock`);
  }
  assert.deepEqual(stage.names(), deliveries.map((delivery) => `${delivery}.o`).sort());
  assert.equal(stage.log(), "");
});

Deno.test("the mode of a delivered file obeys the caller's mask", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() => hit({ files: [{ dest: "a.o", mode: 0o777, from: stage.blob }] }));
  for (const [mask, mode] of [["027", 0o750], ["000", 0o777], ["077", 0o700]] as const) {
    await stage.run("/bin/sh", ["-c", `umask ${mask}; exec ${stage.zccache} cc`]);
    assert.equal(Deno.statSync(`${stage.work}/a.o`).mode! & 0o777, mode);
  }
  assert.deepEqual(daemon.requests.map((r) => r.kind === "compile" && r.umask), [0o27, 0, 0o77]);
});

Deno.test("what is no plain file with one name is left to the tool", async () => {
  await using stage = stageWithBlob();
  stage.daemon(() => hit({ files: [{ dest: "a.o", mode: 0o666, from: stage.blob }] }));
  const dest = `${stage.work}/a.o`;
  const cases: [string, () => void][] = [
    ["device link", () => Deno.symlinkSync("/dev/null", dest)],
    ["fifo", () => new Deno.Command("mkfifo", { args: [dest] }).outputSync()],
    ["link", () => Deno.symlinkSync(stage.write("target", "old"), dest)],
    ["dangling", () => Deno.symlinkSync("nowhere", dest)],
    ["hard", () => Deno.linkSync(stage.write("other", "old"), dest)],
    ["the blob's second name", () => Deno.linkSync(stage.blob, dest)],
    ["folder", () => Deno.mkdirSync(dest)],
  ];
  if (Deno.uid() === 0) {
    cases.push(["device", () => new Deno.Command("mknod", { args: [dest, "c", "1", "3"] }).outputSync()]);
  }
  for (const [what, make] of cases) {
    make();
    const before = Deno.lstatSync(dest);
    const ended = await stage.zcc(["cc", "-c"]);
    assert.equal(ended.stdout, "really -c\n", what);
    const after = Deno.lstatSync(dest);
    assert.deepEqual([after.ino, after.isFile, after.nlink], [before.ino, before.isFile, before.nlink], what);
    Deno.removeSync(dest);
  }
  assert.deepEqual(stage.names().filter((name) => name.includes(".zcc")), []);
  assert.equal(stage.log().match(/an output is not a plain file/g)?.length, cases.length);
});

Deno.test("nothing is delivered unless everything can be", async () => {
  await using stage = stageWithBlob();
  const good = { dest: "a.d", mode: 0o666, inline: new TextEncoder().encode("deps") };
  const cases = [
    { dest: "a.o", mode: 0o666, from: `${stage.root}/gone` },
    { dest: "a.o", mode: 0o666, from: stage.root },
    { dest: "missing/a.o", mode: 0o666, from: stage.blob },
    { dest: "folder/", mode: 0o666, from: stage.blob },
  ];
  let bad = cases[0]!;
  stage.daemon(() => hit({ out: "hit\n", files: [good, bad] }));
  for (bad of cases) {
    const ended = await stage.zcc(["cc", "-c"]);
    assert.deepEqual([ended.code, ended.stdout], [0, "really -c\n"]);
    assert.deepEqual(stage.names(), ["a.o", "ran"]);
  }
});

Deno.test("the main output, which comes first, is put into its place last", async () => {
  await using stage = stageWithBlob();
  const inline = new TextEncoder().encode("deps");
  const files = [{ dest: "a", mode: 0o666, from: stage.blob }, { dest: "a", mode: 0o666, inline }];
  stage.daemon(() => hit({ files }));
  assert.equal((await stage.zcc(["cc"])).code, 0);
  assert.deepEqual([stage.names(), stage.read("a")], [["a"], BLOB]);
});

Deno.test("a file name as long as the folder allows is delivered", async () => {
  await using stage = stageWithBlob();
  const dest = "n".repeat(255);
  stage.daemon(() => hit({ files: [{ dest, mode: 0o666, from: stage.blob }] }));
  assert.equal((await stage.zcc(["cc"])).stderr, "");
  assert.deepEqual(stage.names(), [dest]);
});

Deno.test("10 MB of messages are replayed whole, on both streams", async () => {
  await using stage = stageWithBlob();
  const stdout = new Uint8Array(3_000_001).fill(0x61);
  const stderr = new Uint8Array(10_000_000).fill(0x62);
  stage.daemon(() => hit({ stdout, stderr }));
  const ended = await stage.zcc(["cc"]);
  assert.equal(ended.stdout.length, stdout.length);
  assert.equal(ended.stderr, "b".repeat(stderr.length));
});

Deno.test("a stream that is set to non-blocking gets everything", async () => {
  await using stage = stageWithBlob();
  stage.daemon(() => hit({ stdout: new Uint8Array(1_000_000).fill(0x61) }));
  const script = `import os,sys; os.set_blocking(1, False); os.execv(sys.argv[1], sys.argv[1:])`;
  const line = `python3 -c '${script}' ${stage.zccache} cc | (sleep 0.2; cat)`;
  const ended = await stage.run("/bin/sh", ["-c", line]);
  assert.equal(ended.stdout.length, 1_000_000);
});

Deno.test("a hit whose reader is gone dies as the tool would", async () => {
  await using stage = stageWithBlob();
  stage.daemon(() => hit({ stdout: new Uint8Array(1_000_000).fill(0x61) }));
  const script = `mkfifo p; (head -c 1 p >/dev/null) & ${stage.zccache} cc > p; echo $?`;
  assert.equal((await stage.run("/bin/sh", ["-c", script])).stdout, "141\n");
});

Deno.test("arguments, folder and environment go as bytes", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() => hit({}));
  const script = `d="$(printf 'd\\377\\n e')"; mkdir "$d"; cd "$d"; export V="$(printf 'x\\376')"; ` +
    `exec ${stage.zccache} cc "$(printf -- '-D\\377\\n1')" '' 'a b'`;
  assert.equal((await stage.run("/bin/bash", ["-c", script])).code, 0);
  const [request] = daemon.requests;
  assert.ok(request?.kind === "compile");
  assert.deepEqual(request.argv.slice(1).map((arg) => [...arg]), [
    [0x2d, 0x44, 0xff, 0x0a, 0x31],
    [],
    [...new TextEncoder().encode("a b")],
  ]);
  const folder = new TextEncoder().encode(`${stage.work}/`);
  assert.deepEqual([...request.cwd], [...folder, 0x64, 0xff, 0x0a, 0x20, 0x65]);
  assert.ok([...request.env].includes(0xfe));
});

Deno.test("a command line of 128 KB and more is sent whole", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() => hit({}));
  const args = [
    "cc",
    "x".repeat(131_000),
    ...Array.from({ length: 3000 }, (_, i) => `-I${"y".repeat(200)}${i}`),
  ];
  assert.equal((await stage.zcc(args)).code, 0);
  const [request] = daemon.requests;
  assert.ok(request?.kind === "compile");
  assert.deepEqual(request.argv.map((arg) => new TextDecoder().decode(arg)), args);
});

Deno.test("the terminal is described: width, and which streams it is", async () => {
  await using stage = stageWithBlob();
  const daemon = stage.daemon(() => hit({ out: "shown\n" }));
  const line = `stty cols 97; ${stage.zccache} cc; ${stage.zccache} cc </dev/null 2>&1 | cat`;
  const ended = await stage.run("script", ["-qec", line, "/dev/null"]);
  assert.ok(ended.stdout.includes("shown"), ended.stdout + ended.stderr);
  const callers = daemon.requests.map((r) => r.kind === "compile" && [r.flags, r.columns]);
  assert.deepEqual(callers, [[15, 97], [8 | 16, 0]]);
});
