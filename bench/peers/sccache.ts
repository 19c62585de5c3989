import { processesWith } from "../measure/process.ts";
import { benchEnv, type Counts, outputOf, type Peer, type PeerSession, versionOf } from "./peer.ts";

/** sccache with a local disk cache, its server on a free loopback port. */
export const sccache: Peer = {
  name: "sccache",
  version: () => versionOf("sccache"),
  open,
};

async function open(root: string): Promise<PeerSession> {
  await Deno.mkdir(root, { recursive: true });
  const config = `${root}/config.toml`;
  await Deno.writeTextFile(config, "");
  const port = String(freePort());
  const env = {
    SCCACHE_DIR: `${root}/cache`,
    SCCACHE_CONF: config,
    SCCACHE_SERVER_PORT: port,
    SCCACHE_IDLE_TIMEOUT: "0",
  };
  const all = { ...benchEnv(root), ...env };
  const start = async () => {
    if (await outputOf(["sccache", "--start-server"], all) !== undefined) return;
    throw new Error("Cannot start sccache's server");
  };
  await start();
  const stop = async () => void await outputOf(["sccache", "--stop-server"], all);
  return {
    name: "sccache",
    prefix: ["sccache"],
    env,
    counts: () => counts(all),
    // Its cache writes happen after the reply, and nothing tells when they are done.
    settle: () => new Promise((done) => setTimeout(done, 300)),
    forget: async () => {
      await stop();
      await Deno.remove(env.SCCACHE_DIR, { recursive: true }).catch(() => {});
      await start();
    },
    daemons: () => processesWith(`SCCACHE_SERVER_PORT=${port}`, /(^|\/)sccache /),
    stopDaemon: stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function counts(env: Record<string, string>): Promise<Counts> {
  const text = await outputOf(["sccache", "--show-stats", "--stats-format", "json"], env);
  if (text === undefined) return { hits: 0, misses: 0 };
  const { stats } = JSON.parse(text) as {
    stats: Record<"cache_hits" | "cache_misses", { counts: Record<string, number> }>;
  };
  const sum = (of: Record<string, number>) => Object.values(of).reduce((a, b) => a + b, 0);
  return { hits: sum(stats.cache_hits.counts), misses: sum(stats.cache_misses.counts) };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
