import { err, isOn, ok, type Result, type Settings } from "../lib/core/mod.ts";
import type { DaemonControl } from "./command.ts";
import { askDaemon, type AskFailure, describeFailure } from "./daemon_client.ts";
import { isAlive } from "./process_state.ts";

/** How long `start` waits for the first answer, and `stop` for the end. */
const LIMIT_MS = 10_000;
/** A daemon that runs answers a ping well within this, even when it is busy. */
const PING_TIMEOUT_MS = 3000;
const PAUSE_MS = 15;

/** The program that is the daemon. */
export interface DaemonProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/** How a daemon is started and waited for. */
export interface DaemonHost {
  readonly program: DaemonProgram;
  env(name: string): string | undefined;
  /** How long `start` waits for the first answer, and `stop` for the end; 10 s if not given. */
  readonly limitMs?: number;
}

/** Starts and stops the daemon of these settings. */
export function controlDaemon(settings: Settings, host: DaemonHost): DaemonControl {
  const limitMs = host.limitMs ?? LIMIT_MS;
  return {
    start: () => startDaemon(settings, host, limitMs),
    stop: () => stopDaemon(settings, limitMs),
  };
}

async function startDaemon(
  settings: Settings,
  { program, env }: DaemonHost,
  limitMs: number,
): Promise<Result<{ readonly pid: number }, string>> {
  const running = await ping(settings.endpoint);
  if (running.ok) return running;
  if (running.error.kind === "newer") return err(`the one that runs ${describeFailure(running.error)}`);
  if (running.error.kind === "older") {
    const gone = await untilAbsent(settings.endpoint, limitMs);
    if (!gone.ok) return gone;
  }
  if (isOn(env("ZCCACHE_NO_SPAWN"))) return err("ZCCACHE_NO_SPAWN forbids it");
  const lock = takeStartLock(settings.root);
  if (!lock.ok) return lock;
  using _held = lock.value;
  // Whoever has the lock is starting it: all that is left is to wait.
  const spawned = lock.value === undefined ? ok(undefined) : spawnDaemon(settings, program);
  if (!spawned.ok) return spawned;
  let ended: number | undefined;
  spawned.value?.status.then((status) => ended = status.code);
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const answer = await ping(settings.endpoint);
    if (answer.ok) return answer;
    // Exit code 0 says that another daemon holds the lock: that one is about to answer.
    if (ended !== undefined && ended !== 0) {
      return err(`the daemon ended with exit code ${ended}; see ${settings.root}/logs`);
    }
    await pause();
  }
  return err(`it did not answer within ${limitMs / 1000} s; see ${settings.root}/logs`);
}

/** The lock under which launchers start a daemon, one at a time; undefined if another process has it. */
function takeStartLock(root: string): Result<Deno.FsFile | undefined, string> {
  try {
    Deno.mkdirSync(root, { recursive: true, mode: 0o700 });
    const options = { create: true, read: true, write: true, mode: 0o600 };
    const file = Deno.openSync(`${root}/daemon.start.lock`, options);
    if (file.tryLockSync(true)) return ok(file);
    file.close();
    return ok(undefined);
  } catch (error) {
    if (error instanceof Error) return err(`cannot use the cache root ${root}: ${error.message}`);
    throw error;
  }
}

/** Leaves the daemon alone in a session of its own, so that it outlives the terminal; it holds no folder busy. */
function spawnDaemon(settings: Settings, program: DaemonProgram): Result<Deno.ChildProcess, string> {
  const env: Record<string, string> = { ZCCACHE_ENDPOINT: settings.endpoint };
  if (settings.rootSource !== "default") env["ZCCACHE_CACHE_DIR"] = settings.root;
  try {
    const command = new Deno.Command(program.file, {
      args: [...program.args],
      cwd: "/",
      env,
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    const child = command.spawn();
    child.unref();
    return ok(child);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return err(`cannot run ${program.file}: ${error.message}`);
    }
    throw error;
  }
}

async function stopDaemon({ endpoint }: Settings, limitMs: number): Promise<Result<boolean, string>> {
  const running = await askDaemon(endpoint, { kind: "ping" }, PING_TIMEOUT_MS);
  if (!running.ok) {
    if (running.error.kind === "older") return await untilAbsent(endpoint, limitMs);
    return running.error.kind === "absent" ? ok(false) : err(`it ${describeFailure(running.error)}`);
  }
  if (running.value.kind !== "pong") return err("it gave an unexpected answer");
  const { pid } = running.value;
  // Whatever comes back, or nothing: what counts is whether the process goes.
  await askDaemon(endpoint, { kind: "shutdown" }, PING_TIMEOUT_MS);
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (!isAlive(pid)) return ok(true);
    await pause();
  }
  return err(`process ${pid} is still there after ${limitMs / 1000} s`);
}

/** Waits for an older daemon to make room, as it does when it is asked by a newer one. */
async function untilAbsent(endpoint: string, limitMs: number): Promise<Result<boolean, string>> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const answer = await askDaemon(endpoint, { kind: "ping" }, PING_TIMEOUT_MS);
    if (!answer.ok && answer.error.kind === "absent") return ok(true);
    await pause();
  }
  return err(`an older daemon is still there after ${limitMs / 1000} s`);
}

async function ping(endpoint: string): Promise<Result<{ readonly pid: number }, AskFailure>> {
  const reply = await askDaemon(endpoint, { kind: "ping" }, PING_TIMEOUT_MS);
  if (!reply.ok) return reply;
  if (reply.value.kind === "pong") return ok({ pid: reply.value.pid });
  return err({ kind: "broken", detail: "unexpected answer" });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
