import { processesWith } from "../measure/process.ts";
import { benchEnv, type Counts, emptied, outputOf, type Peer, type PeerSession } from "./peer.ts";

/** The launcher that `deno task build` makes. */
export const LAUNCHER = new URL("../../build/bin/zccache", import.meta.url).pathname;

/** The daemon's program beside it. */
export const DAEMON = `${LAUNCHER}-daemon`;

/** zccache as built in this tree, on a private root. */
export const zccache: Peer = {
  name: "zccache",
  version: async () => (await outputOf([LAUNCHER, "--version"]))?.split("\n")[0]?.trim(),
  open,
};

async function open(root: string): Promise<PeerSession> {
  await Deno.mkdir(root, { recursive: true });
  const env = { ZCCACHE_CACHE_DIR: root };
  const all = { ...benchEnv(root), ...env };
  await start(all);
  const daemons = () => processesWith(`ZCCACHE_CACHE_DIR=${root}`, / zccache-daemon /);
  const stop = async () => {
    await outputOf([LAUNCHER, "stop"], all);
    await gone(daemons);
  };
  return {
    name: "zccache",
    prefix: [LAUNCHER],
    env,
    counts: () => counts(all),
    settle: () => settle(all),
    forget: () => emptied(outputOf([LAUNCHER, "clear"], all)),
    daemons,
    stopDaemon: stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Throws `Error` with the launcher's words if it can't be done. */
async function start(env: Record<string, string>): Promise<void> {
  const done = await new Deno.Command(LAUNCHER, { args: ["start"], env, clearEnv: true, stdin: "null" })
    .output();
  if (done.success) return;
  throw new Error(`Cannot start zccache's daemon: ${new TextDecoder().decode(done.stderr).trim()}`);
}

async function counts(env: Record<string, string>): Promise<Counts> {
  const text = await outputOf([LAUNCHER, "status", "--json"], env);
  if (text === undefined) throw new Error("Cannot read zccache's counters: `zccache status --json` failed");
  const { daemon } = JSON.parse(text) as { daemon: Record<string, number> };
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (daemon[name] ?? 0), 0);
  return { hits: of("cache_hits", "link_hits"), misses: of("cache_misses", "link_misses") };
}

/**
 * Results are filed after the launcher has gone. The daemon answers `status` once it has taken in all that it was told, so
 * one is enough; and each costs the daemon a millisecond or two, which a miss would otherwise be blamed for.
 */
async function settle(env: Record<string, string>): Promise<void> {
  if (await outputOf([LAUNCHER, "status", "--json"], env) === undefined) {
    throw new Error("Cannot wait for zccache's daemon: `zccache status --json` failed");
  }
}

/** Waits until none of the processes is there; throws after 10 s, since a bench must not leave one behind. */
async function gone(daemons: () => Promise<readonly number[]>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while ((await daemons()).length > 0) {
    if (performance.now() > deadline) {
      throw new Error("Cannot stop zccache's daemon: it is still there after 10 s");
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}
