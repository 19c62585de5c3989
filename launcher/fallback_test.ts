import assert from "node:assert/strict";
import { testWith } from "../testing/needs.ts";
import { Buffer } from "node:buffer";
import { encodeReply, PROTOCOL } from "../lib/protocol/mod.ts";
import { hit, Stage } from "./_stage.ts";

/** Whatever is wrong, this is what the caller's own command gives. */
async function expectBare(stage: Stage, why?: RegExp): Promise<void> {
  const args = ["-c", "a b.c"];
  const bare = await stage.run(stage.tool("cc", `echo "$0" "$@"; cat; echo err >&2; umask; exit 42`), args);
  const ended = await stage.zcc(["cc", ...args], { stdin: "" });
  assert.deepEqual(ended, { ...bare, stdout: bare.stdout });
  if (why !== undefined) assert.match(stage.log(), why);
  assert.deepEqual(stage.names(), []);
}

/** A frame around a payload. */
function frame(payload: readonly number[], announced = payload.length): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + payload.length);
  new DataView(bytes.buffer).setUint32(0, announced);
  bytes.set(payload, 4);
  return bytes;
}

Deno.test("no daemon and none may be started: the tool runs, one line says why", async () => {
  await using stage = new Stage();
  await expectBare(
    stage,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ no daemon, and none may be started: cc\n$/,
  );
});

const ACTS = {
  "a daemon that hangs up": "close",
  "a truncated header": frame([]).subarray(0, 2),
  "a length of 4 GB": frame([0x92, PROTOCOL, 70], 0xffffffff),
  "a length over the limit": frame([0x92, PROTOCOL, 70], 64 * 1024 * 1024 + 1),
  "another version": frame([0x93, PROTOCOL + 1, 66, 21]),
  "an unknown kind": frame([0x92, PROTOCOL, 99]),
  "a reply of a command": frame([0x95, PROTOCOL, 69, 0, 0xc4, 0, 0xc4, 0]),
  "a pong": frame([0x94, PROTOCOL, 72, 1, 1]),
  "bytes behind the frame": new Uint8Array([...frame([0x94, PROTOCOL, 66, 21, 0x90]), 0]),
  "a field left over": frame([0x94, PROTOCOL, 66, 21, 0]),
  "nothing in the frame": frame([]),
} as const;

for (const [what, act] of Object.entries(ACTS)) {
  Deno.test(`${what}: the tool runs`, async () => {
    await using stage = new Stage();
    stage.daemon(() => typeof act === "string" ? act : new Uint8Array(act));
    await expectBare(stage, /: cc\n$/);
  });
}

Deno.test("Bypass: the tool runs, and nothing is logged", async () => {
  await using stage = new Stage();
  stage.daemon(() => ({ kind: "bypass", code: 21 }));
  await expectBare(stage);
  assert.equal(stage.log(), "");
});

Deno.test("Refuse prints zccache's own error", async () => {
  await using stage = new Stage();
  stage.daemon(() => ({ kind: "refuse", exit: 125, stderr: "zccache: no\n" }));
  assert.deepEqual(await stage.zcc(["true"]), {
    code: 125,
    signal: null,
    stdout: "",
    stderr: "zccache: no\n",
  });
});

/** How long the tool took when the daemon gave no answer, in milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Makes the mark of an unresponsive daemon look this old. */
function mark(stage: Stage, ageMs: number): void {
  const path = `${stage.root}/tmp/.unresponsive`;
  Deno.writeTextFileSync(path, "");
  const time = new Date(Date.now() - ageMs);
  Deno.utimeSync(path, time, time);
}

const isMarked = (stage: Stage) => stage.rootTmp().includes(".unresponsive");

Deno.test("a stopped daemon costs its deadline once, and is used again when it goes on", async () => {
  await using stage = new Stage();
  const script = `import socket,sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(64); print("ready", flush=True)
while True:
  c, _ = s.accept(); n = int.from_bytes(c.recv(4, socket.MSG_WAITALL), "big"); c.recv(n, socket.MSG_WAITALL)
  try: c.sendall(bytes.fromhex(sys.argv[2]))
  except OSError: pass
  c.close()`;
  const reply = Buffer.from(encodeReply(hit({ out: "hit\n" }))).toString("hex");
  const daemon = stage.spawn("python3", ["-c", script, `${stage.root}/daemon.sock`, reply]);
  const reader = daemon.stdout.getReader();
  await reader.read();
  assert.equal((await stage.zcc(["cc"])).stdout, "hit\n");
  daemon.kill("SIGSTOP");
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    times.push(await timeOf(() => expectBare(stage, /the daemon did not answer in time: cc\n$/)));
  }
  assert.ok(times[0]! >= 2900 && times[0]! < 4500, `${times}`);
  assert.ok(times[1]! < 450 && times[2]! < 450, `${times}`);
  daemon.kill("SIGCONT");
  assert.equal((await stage.zcc(["cc"])).stdout, "hit\n");
  assert.ok(!isMarked(stage), "a reply takes the mark away");
  daemon.kill("SIGKILL");
  reader.releaseLock();
  await Promise.all([daemon.stdout.cancel(), daemon.stderr.cancel(), daemon.status]);
});

Deno.test("a busy daemon is waited for, though another launcher has just given up on it", async () => {
  await using stage = new Stage();
  stage.daemon(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return hit({ out: "hit\n" });
  });
  for (const ageMs of [0, 8000]) {
    mark(stage, ageMs);
    assert.equal((await stage.zcc(["cc"])).stdout, "hit\n", `a mark of ${ageMs} ms`);
    assert.ok(!isMarked(stage));
  }
});

Deno.test("a daemon that runs and says nothing gets less time as its silence lasts", async () => {
  await using stage = new Stage();
  stage.daemon(() => "silence");
  const bare = () => timeOf(() => expectBare(stage, /the daemon did not answer in time: cc\n$/));
  mark(stage, 1000);
  assert.ok(await bare() >= 2900);
  mark(stage, 8000);
  const doubted = await bare();
  assert.ok(doubted >= 450 && doubted < 1500, `${doubted}`);
  mark(stage, 30_000);
  assert.ok(await bare() >= 2900, "an old mark is no mark");
  assert.ok(isMarked(stage));
});

Deno.test("half a reply and then silence: the tool runs", async () => {
  await using stage = new Stage();
  stage.daemon(() => frame([0x93, PROTOCOL], 3));
  await expectBare(stage, /in the middle of a reply: cc\n$/);
  assert.ok(isMarked(stage));
});

Deno.test("a full queue of a stopped daemon costs a deadline, not the build", async () => {
  await using stage = new Stage();
  const script = `import os,signal,socket,sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(0); c = []
while True:
  k = socket.socket(socket.AF_UNIX); k.setblocking(False)
  try: k.connect(sys.argv[1])
  except BlockingIOError: break
  c.append(k)
print("full", flush=True); sys.stdin.read()`;
  const holder = stage.spawn("python3", ["-c", script, `${stage.root}/daemon.sock`], { stdin: "" });
  const reader = holder.stdout.getReader();
  await reader.read();
  await expectBare(stage, /the daemon did not accept in time: cc\n$/);
  const again = await timeOf(() => expectBare(stage)); // who would accept is not known before
  assert.ok(again < 1500, `${again}`);
  await holder.stdin.close();
  reader.releaseLock();
  await Promise.all([holder.stdout.cancel(), holder.stderr.cancel(), holder.status]);
});

testWith(["root"], "a socket of another user is not talked to", async () => {
  await using stage = new Stage();
  const script = `import os,socket,sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.setuid(65534); s.listen(5)
print("ready", flush=True); sys.stdin.read()`;
  const holder = stage.spawn("python3", ["-c", script, `${stage.root}/daemon.sock`], { stdin: "" });
  const reader = holder.stdout.getReader();
  await reader.read();
  await expectBare(stage, /the socket belongs to another user: cc\n$/);
  await holder.stdin.close();
  reader.releaseLock();
  await Promise.all([holder.stdout.cancel(), holder.stderr.cancel(), holder.status]);
});

Deno.test("an endpoint longer than an address is reached", async () => {
  await using stage = new Stage();
  const folder = `${stage.base}/${"long".repeat(50)}`;
  Deno.mkdirSync(folder);
  Deno.symlinkSync(`${stage.root}/daemon.sock`, `${folder}/s`);
  stage.daemon(() => hit({ out: "hit\n" }));
  assert.equal((await stage.zcc(["true"], { env: { ZCCACHE_ENDPOINT: `${folder}/s` } })).stdout, "hit\n");
});

Deno.test("the root and the endpoint are read as lib/core/settings.ts reads them", async () => {
  await using stage = new Stage();
  stage.daemon(() => hit({ out: "hit\n" }));
  Deno.symlinkSync(stage.root, `${stage.base}/.zccache`);
  const settings: readonly Record<string, string>[] = [
    { ZCCACHE_CACHE_DIR: "../root" },
    { ZCCACHE_CACHE_DIR: `./x/../..//${"root"}/.` },
    { ZCCACHE_CACHE_DIR: "" },
    { ZCCACHE_CACHE_DIR: "", HOME: "", USERPROFILE: `${stage.base}//` },
    { ZCCACHE_CACHE_DIR: "/nowhere", ZCCACHE_ENDPOINT: "../root/daemon.sock" },
  ];
  for (const env of settings) {
    assert.equal((await stage.zcc(["true"], { env })).stdout, "hit\n", JSON.stringify(env));
  }
  const nowhere = await stage.zcc(["true"], { env: { ZCCACHE_CACHE_DIR: "", HOME: "" } });
  assert.deepEqual(nowhere, { code: 0, signal: null, stdout: "", stderr: "" });
});

Deno.test("a root that can't be written changes nothing and says nothing", async () => {
  await using stage = new Stage();
  Deno.removeSync(`${stage.root}/tmp`);
  Deno.removeSync(stage.root);
  Deno.writeTextFileSync(stage.root, "a file\n");
  await expectBare(stage);
  assert.equal(Deno.readTextFileSync(stage.root), "a file\n");
});

Deno.test("the log is rotated", async () => {
  await using stage = new Stage();
  Deno.mkdirSync(`${stage.root}/logs`);
  Deno.writeTextFileSync(`${stage.root}/logs/launcher.log`, "x".repeat(1024 * 1024 + 1));
  await stage.zcc(["true"]);
  assert.match(stage.log(), /^[^x\n]+: true\n$/);
  assert.equal(Deno.statSync(`${stage.root}/logs/launcher.log.1`).size, 1024 * 1024 + 1);
});

Deno.test("descriptors that the caller closed or opened are the tool's as well", async () => {
  await using stage = new Stage();
  stage.daemon(() => ({ kind: "bypass", code: 21 }));
  stage.tool("list", "ls /proc/self/fd > $1");
  for (const streams of ["", "<&-", ">&-", "2>&-", "<&- >&- 2>&-", "7</dev/null"]) {
    await stage.run("/bin/sh", ["-c", `exec list bare ${streams}`]);
    await stage.run("/bin/sh", ["-c", `exec ${stage.zccache} list ours ${streams}`]);
    assert.equal(stage.read("ours"), stage.read("bare"), streams);
    assert.ok(stage.read("ours").length > 0);
  }
});
