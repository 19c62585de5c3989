import { err, isOn, ok, type Result, type Settings } from "../lib/core/mod.ts";
import type { DaemonControl } from "./command.ts";
import { askDaemon, describeFailure } from "./daemon_client.ts";
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

/** Starts and stops the daemon of these settings. */
export function controlDaemon(
  settings: Settings,
  program: DaemonProgram,
  env: (name: string) => string | undefined,
): DaemonControl {
  return {
    start: () => startDaemon(settings, program, env),
    stop: () => stopDaemon(settings),
  };
}

async function startDaemon(
  settings: Settings,
  program: DaemonProgram,
  env: (name: string) => string | undefined,
): Promise<Result<{ readonly pid: number }, string>> {
  const running = await ping(settings.endpoint);
  if (running.ok) return running;
  if (isOn(env("ZCCACHE_NO_SPAWN"))) return err("ZCCACHE_NO_SPAWN forbids it");
  const spawned = spawnDaemon(settings, program);
  if (!spawned.ok) return spawned;
  let ended: number | undefined;
  spawned.value.status.then((status) => ended = status.code);
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const answer = await ping(settings.endpoint);
    if (answer.ok) return answer;
    // Exit code 0 says that another daemon holds the lock: that one is about to answer.
    if (ended !== undefined && ended !== 0) {
      return err(`the daemon ended with exit code ${ended}; see ${settings.root}/logs`);
    }
    await pause();
  }
  return err(`it did not answer within ${LIMIT_MS / 1000} s; see ${settings.root}/logs`);
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

async function stopDaemon({ endpoint }: Settings): Promise<Result<boolean, string>> {
  const running = await askDaemon(endpoint, { kind: "ping" }, PING_TIMEOUT_MS);
  if (!running.ok) {
    return running.error.kind === "absent" ? ok(false) : err(`it ${describeFailure(running.error)}`);
  }
  if (running.value.kind !== "pong") return err("it gave an unexpected answer");
  const { pid } = running.value;
  // Whatever comes back, or nothing: what counts is whether the process goes.
  await askDaemon(endpoint, { kind: "shutdown" }, PING_TIMEOUT_MS);
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    if (!isAlive(pid)) return ok(true);
    await pause();
  }
  return err(`process ${pid} is still there after ${LIMIT_MS / 1000} s`);
}

async function ping(endpoint: string): Promise<Result<{ readonly pid: number }, string>> {
  const reply = await askDaemon(endpoint, { kind: "ping" }, PING_TIMEOUT_MS);
  if (!reply.ok) return err(describeFailure(reply.error));
  return reply.value.kind === "pong" ? ok({ pid: reply.value.pid }) : err("unexpected answer");
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
