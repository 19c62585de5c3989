import assert from "node:assert/strict";
import { testWith } from "../testing/needs.ts";
import { PROTOCOL } from "../lib/protocol/mod.ts";
import { Stage } from "./_stage.ts";

/** A daemon in Python: says that it started, takes its time, then lets every tool run. */
const DAEMON = `import os,socket,sys,threading,time
with open("started", "a") as f: f.write("%d\\n" % os.getpid())
with open("facts", "w") as f:
    f.write(repr([sys.argv[1:], os.getcwd(), sorted(os.listdir("/proc/self/fd"))[:3],
        len(os.listdir("/proc/self/fd")), os.getsid(0) == os.getpid(), os.isatty(0),
        open("/proc/self/status").read().split("SigBlk:")[1].split()[0], os.environ.get("ZCCACHE_CACHE_DIR")]))
print("said by the daemon", flush=True)
time.sleep(0.1)
s = socket.socket(socket.AF_UNIX); s.bind("new.sock"); s.listen(8); os.rename("new.sock", "daemon.sock")
def serve(c):
    c.recv(1 << 20); c.sendall(bytes([0, 0, 0, 5, 0x94, ${PROTOCOL}, 66, 21, 0x90])); c.close()
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
`;

const SPAWNS = { ZCCACHE_NO_SPAWN: "" };

/** A stage whose full program is that daemon; the root isn't there yet. */
function stageWithProgram(): Stage {
  const stage = new Stage();
  Deno.removeSync(stage.root, { recursive: true });
  Deno.writeTextFileSync(`${stage.base}/daemon.py`, DAEMON);
  stage.fullProgram(`exec python3 ${stage.base}/daemon.py "$@"`);
  return stage;
}

/** The pids of the daemons that were started; ends them. */
function endDaemons(stage: Stage): number[] {
  const pids = Deno.readTextFileSync(`${stage.root}/started`).trimEnd().split("\n").map(Number);
  for (const pid of pids) Deno.kill(pid, "SIGKILL");
  return pids;
}

Deno.test("64 launchers and no daemon: all succeed, one daemon is started", async () => {
  await using stage = stageWithProgram();
  const ended = await Promise.all(
    Array.from({ length: 64 }, () => stage.zcc(["echo", "ran"], { env: SPAWNS })),
  );
  for (const one of ended) assert.deepEqual(one, { code: 0, signal: null, stdout: "ran\n", stderr: "" });
  assert.equal(stage.log(), "");
  assert.equal(endDaemons(stage).length, 1);
});

Deno.test("the daemon is on its own: session, folder, descriptors, signals, absolute settings", async () => {
  await using stage = stageWithProgram();
  const script = `import os,signal,sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); os.dup2(0, 17)
os.execv(sys.argv[1], sys.argv[1:])`;
  const env = { ...SPAWNS, ZCCACHE_CACHE_DIR: "../root" };
  assert.equal((await stage.run("python3", ["-c", script, stage.zccache, "true"], { env })).code, 0);
  const facts = Deno.readTextFileSync(`${stage.root}/facts`);
  endDaemons(stage);
  // listdir has a descriptor of its own, and the facts' file is open
  const expected =
    `[['zccache-daemon', '--foreground'], '${stage.root}', ['0', '1', '2'], 5, False, False, ` +
    `'0000000000000000', '${stage.root}']`;
  assert.equal(facts, expected);
  assert.equal(Deno.readTextFileSync(`${stage.root}/logs/daemon-spawn.log`), "said by the daemon\n");
  assert.equal(Deno.statSync(stage.root).mode! & 0o777, 0o700);
});

Deno.test("a socket that a dead daemon left is replaced", async () => {
  await using stage = stageWithProgram();
  Deno.mkdirSync(stage.root, { mode: 0o700 });
  const dead = Deno.listen({ transport: "unix", path: `${stage.base}/dead` });
  Deno.renameSync(`${stage.base}/dead`, `${stage.root}/daemon.sock`);
  dead.close();
  assert.equal((await stage.zcc(["echo", "ran"], { env: SPAWNS })).stdout, "ran\n");
  assert.equal(stage.log(), "");
  assert.equal(endDaemons(stage).length, 1);
});

Deno.test("a daemon that fails to start costs its try once", async () => {
  await using stage = stageWithProgram();
  stage.fullProgram("echo failing >> tries; exit 1");
  const started = performance.now();
  const ended = await Promise.all(
    Array.from({ length: 20 }, () => stage.zcc(["echo", "ran"], { env: SPAWNS })),
  );
  for (const one of ended) assert.equal(one.stdout, "ran\n");
  assert.ok(performance.now() - started < 4000);
  assert.equal(Deno.readTextFileSync(`${stage.root}/tries`), "failing\n");
  assert.equal(stage.log().match(/could not be started|failed to start a moment ago/g)?.length, 20);
});

Deno.test("without the full program the tool runs", async () => {
  await using stage = stageWithProgram();
  Deno.removeSync(`${stage.prefix}/lib`, { recursive: true });
  assert.equal((await stage.zcc(["echo", "ran"], { env: SPAWNS })).stdout, "ran\n");
  assert.match(Deno.readTextFileSync(`${stage.root}/logs/daemon-spawn.log`), /cannot run .*deno/);
});

testWith(["root"], "a root of another user is not used", async () => {
  await using stage = stageWithProgram();
  Deno.mkdirSync(stage.root);
  Deno.chownSync(stage.root, 65534, 65534);
  assert.equal((await stage.zcc(["echo", "ran"], { env: SPAWNS })).stdout, "ran\n");
  assert.match(stage.log(), /is another user's: echo\n$/);
});

Deno.test("commands don't start a daemon", async () => {
  await using stage = stageWithProgram();
  stage.fullProgram(`echo "$@"`);
  assert.equal((await stage.zcc(["status"], { env: SPAWNS })).stdout, "zccache status\n");
  assert.throws(() => Deno.statSync(stage.root), Deno.errors.NotFound);
});
