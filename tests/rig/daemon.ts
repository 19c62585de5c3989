/** The pid of the daemon that owns this root, by its lock; undefined if none is alive or the pid is another process's. */
export function daemonPid(root: string): number | undefined {
  const lock = readIfThere(`${root}/daemon.lock`);
  const pid = Number(/^\s*(\d+)/.exec(lock ?? "")?.[1]);
  return Number.isInteger(pid) && belongsTo(pid, root) ? pid : undefined;
}

/** All living processes whose environment names this root and that run the daemon. */
export function daemonsOf(root: string): number[] {
  return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name))
    .filter((pid) => Number.isInteger(pid) && pid > 0 && belongsTo(pid, root) && isDaemon(pid));
}

function isDaemon(pid: number): boolean {
  return (readIfThere(`/proc/${pid}/cmdline`) ?? "").includes("zccache-daemon");
}

/** Only processes that were started with this very root are ours. */
function belongsTo(pid: number, root: string): boolean {
  const environ = readIfThere(`/proc/${pid}/environ`) ?? "";
  const state = /^State:\s+(\S)/m.exec(readIfThere(`/proc/${pid}/status`) ?? "")?.[1];
  return state !== undefined && state !== "Z" && environ.split("\0").includes(`ZCCACHE_CACHE_DIR=${root}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const gone = [Deno.errors.NotFound, Deno.errors.NotADirectory, Deno.errors.PermissionDenied];
    // A process that ends while it is looked at gives ESRCH, which has no class of its own.
    if (gone.some((kind) => error instanceof kind) || /os error 3\b/.test(String(error))) return undefined;
    throw error;
  }
}

/** Asks the daemon to stop; one that doesn't is ended by its pid. Returns when none is left. */
export async function endDaemon(root: string, stop: () => Promise<unknown>): Promise<void> {
  const pids = daemonsOf(root);
  for (const pid of pids) signal(pid, "SIGCONT");
  if (pids.length > 0) await stop();
  if (await allGone(root, 5_000)) return;
  for (const pid of daemonsOf(root)) signal(pid, "SIGKILL");
  if (!await allGone(root, 5_000)) throw new Error(`Cannot end the daemon of ${root}: it survives SIGKILL`);
}

/** Waits until no daemon of this root lives, at most this long. */
export async function allGone(root: string, patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (daemonsOf(root).length > 0) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
