import assert from "node:assert/strict";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readSettings } from "../lib/core/mod.ts";
import type { DaemonControl } from "./command.ts";
import { controlDaemon } from "./daemon_control.ts";
import { isThere } from "./is_there.ts";
import { isAlive } from "./process_state.ts";

const FAKE = fileURLToPath(new URL("./_fake_daemon.ts", import.meta.url));

/** A test that leaves a process running until it stops it by its socket, which the leak checks take for a leak. */
function testDaemon(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

interface Place {
  readonly root: string;
  /** The control of a daemon of this mode. */
  control(mode: string, env?: Record<string, string>): DaemonControl;
}

async function withRoot(body: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const settings = readSettings((name) => name === "ZCCACHE_CACHE_DIR" ? root : undefined, "/");
  try {
    await body({
      root,
      control: (mode, env = {}) =>
        controlDaemon(settings, {
          program: { file: Deno.execPath(), args: ["run", "--allow-all", FAKE, mode] },
          env: (name) => env[name],
          limitMs: mode === "impatient" ? 300 : 10_000,
        }),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

testDaemon(
  "start() returns when the daemon answers, stop() when its process is gone",
  () =>
    withRoot(async ({ root, control }) => {
      const daemon = control("plain");
      const started = await daemon.start();
      if (!started.ok) assert.fail(started.error);
      assert.deepEqual(await daemon.start(), started);
      assert.equal(await Deno.readTextFile(`${root}/starts`), "start\n");
      assert.deepEqual(await daemon.stop(), { ok: true, value: true });
      assert.equal(isAlive(started.value.pid), false);
      assert.deepEqual(await daemon.stop(), { ok: true, value: false });
    }),
);

testDaemon("start() by many at once makes one daemon", () =>
  withRoot(async ({ root, control }) => {
    const started = await Promise.all(Array.from({ length: 8 }, () => control("plain").start()));
    assert.deepEqual(started.filter((result) => !result.ok), []);
    assert.equal(await Deno.readTextFile(`${root}/starts`), "start\n");
    await control("plain").stop();
  }));

testDaemon("start() gives up at once on a daemon that ends", () =>
  withRoot(async ({ root, control }) => {
    const started = await control("broken").start();
    assert.deepEqual(started, { ok: false, error: `the daemon ended with exit code 3; see ${root}/logs` });
  }));

testDaemon("start() obeys ZCCACHE_NO_SPAWN", () =>
  withRoot(async ({ control }) => {
    const started = await control("plain", { ZCCACHE_NO_SPAWN: "1" }).start();
    assert.deepEqual(started, { ok: false, error: "ZCCACHE_NO_SPAWN forbids it" });
  }));

testDaemon("stop() does not say stopped of a daemon that stays", () =>
  withRoot(async ({ control }) => {
    const daemon = control("stubborn");
    const started = await daemon.start();
    if (!started.ok) assert.fail(started.error);
    const { pid } = started.value;
    const stopped = await control("impatient").stop();
    process.kill(pid, "SIGKILL");
    assert.deepEqual(stopped, { ok: false, error: `process ${pid} is still there after 0.3 s` });
  }));

testDaemon("start() says why when the root can't be used", () =>
  withRoot(async ({ root }) => {
    await Deno.writeTextFile(`${root}/file`, "");
    const settings = readSettings((name) => name === "ZCCACHE_CACHE_DIR" ? `${root}/file` : undefined, "/");
    const started = await controlDaemon(settings, {
      program: { file: "/no/such", args: [] },
      env: () => undefined,
    }).start();
    if (started.ok) assert.fail("started");
    assert.match(started.error, /^cannot use the cache root .*file: /);
  }));

/** A daemon of another release, which was started by its own commands. */
async function runOther(root: string, mode: "older" | "newer"): Promise<Deno.ChildProcess> {
  const endpoint = `${root}/daemon.sock`;
  const other = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", FAKE, mode],
    env: { ZCCACHE_ENDPOINT: endpoint },
  }).spawn();
  // the socket has its name a moment before it can be reached
  while (!isThere(`${root}/listening`)) await new Promise((resume) => setTimeout(resume, 10));
  Deno.removeSync(`${root}/listening`);
  return other;
}

testDaemon(
  "stop() takes an older daemon's leave for its end, and start() waits for it",
  () =>
    withRoot(async ({ root, control }) => {
      const first = await runOther(root, "older");
      assert.deepEqual(await control("plain").stop(), { ok: true, value: true });
      assert.equal((await first.status).code, 0);
      Deno.removeSync(`${root}/daemon.sock`);
      const second = await runOther(root, "older");
      const starting = control("plain").start();
      await second.status;
      Deno.removeSync(`${root}/daemon.sock`);
      const started = await starting;
      assert.ok(started.ok && started.value.pid !== second.pid, JSON.stringify(started));
      await control("plain").stop();
    }),
);

testDaemon("a newer daemon is left alone, and told of", () =>
  withRoot(async ({ root, control }) => {
    const other = await runOther(root, "newer");
    assert.deepEqual(await control("plain").stop(), { ok: false, error: "it is of a newer version" });
    const started = await control("plain").start();
    assert.deepEqual(started, { ok: false, error: "the one that runs is of a newer version" });
    other.kill("SIGKILL");
    await other.status;
  }));
