import { connectTo } from "../cli/mod.ts";
import { readSettings, SettingError, type Settings, VERSION } from "../lib/core/mod.ts";
import { Crashes } from "./crashes.ts";
import { Log } from "./log.ts";
import { DAEMON_HELP, type DaemonOptions, readDaemonOptions } from "./options.ts";
import { makeRoot, RootLock } from "./root.ts";
import { serve } from "./serve.ts";

/** Everything `zccache-daemon` is: returns the exit code. */
export async function runDaemon(args: string[]): Promise<number> {
  const options = readDaemonOptions(args);
  if (!options.ok) return complain(`${options.error}\n\n${DAEMON_HELP}`, 2);
  if (options.value.help) return print(DAEMON_HELP);
  if (options.value.version) return print(`zccache-daemon ${VERSION}\n`);
  try {
    const settings = readSettings((name) => variable(name, options.value), Deno.cwd());
    return options.value.foreground
      ? await runForeground(settings, options.value)
      : print(describe(settings));
  } catch (error) {
    if (error instanceof SettingError) return complain(`${error.message}\n`, 2);
    throw error;
  }
}

async function runForeground(settings: Settings, options: DaemonOptions): Promise<number> {
  Deno.umask(0o077);
  try {
    makeRoot(settings.root);
  } catch (error) {
    if (error instanceof Error) {
      return complain(`Cannot use the cache root ${settings.root}: ${error.message}\n`, 1);
    }
    throw error;
  }
  const log = new Log(`${settings.root}/logs/daemon.log`, options.logLevel);
  const lock = await takeLock(`${settings.root}/daemon.lock`, settings.endpoint);
  if (lock === undefined) return 0;
  using _lock = lock;
  using _crashes = new Crashes(`${settings.root}/crashes`, log);
  // relative names in requests are the caller's business: nothing here may depend on where we were started
  Deno.chdir(settings.root);
  await serve(settings, log);
  return 0;
}

/** How long a daemon that is leaving may keep its lock before a new one gives up. */
const LOCK_WAIT_MS = 5000;

/** The lock; undefined if another daemon serves, or does not let go. */
async function takeLock(path: string, endpoint: string): Promise<RootLock | undefined> {
  for (const until = performance.now() + LOCK_WAIT_MS; performance.now() < until;) {
    const lock = RootLock.take(path);
    if (lock !== undefined) return lock;
    if (await answers(endpoint)) return undefined;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return undefined;
}

async function answers(endpoint: string): Promise<boolean> {
  const connected = await connectTo(endpoint, LOCK_WAIT_MS);
  if (connected.ok) connected.value.close();
  return connected.ok;
}

function describe(settings: Settings): string {
  const lock = `${settings.root}/daemon.lock`;
  return `zccache-daemon ${VERSION}\nendpoint: ${settings.endpoint}\nlock:     ${lock}\nstate:    ${
    isLocked(lock) ? "running" : "not running"
  }\n`;
}

function isLocked(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    return !file.tryLockSync(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function variable(name: string, options: DaemonOptions): string | undefined {
  if (name === "ZCCACHE_ENDPOINT" && options.endpoint !== undefined) return options.endpoint;
  if (name === "ZCCACHE_IDLE_TIMEOUT_SECS" && options.idleTimeoutSecs !== undefined) {
    return options.idleTimeoutSecs;
  }
  return Deno.env.get(name);
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

function complain(text: string, exit: number): number {
  Deno.stderr.writeSync(new TextEncoder().encode(`zccache-daemon: ${text}`));
  return exit;
}
