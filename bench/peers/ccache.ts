import { benchEnv, type Counts, emptied, outputOf, type Peer, type PeerSession, versionOf } from "./peer.ts";

/** ccache with its settings as they come, on a private folder. */
export const ccache: Peer = {
  name: "ccache",
  version: () => versionOf("ccache"),
  open,
};

async function open(root: string): Promise<PeerSession> {
  await Deno.mkdir(root, { recursive: true });
  const config = `${root}/ccache.conf`;
  await Deno.writeTextFile(config, "");
  const env = { CCACHE_DIR: root, CCACHE_CONFIGPATH: config };
  const all = { ...benchEnv(root), ...env };
  return {
    name: "ccache",
    prefix: ["ccache"],
    env,
    counts: () => counts(all),
    settle: () => Promise.resolve(),
    forget: () => emptied(outputOf(["ccache", "--clear"], all)),
    daemons: () => Promise.resolve([]),
    stopDaemon: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function counts(env: Record<string, string>): Promise<Counts> {
  const text = await outputOf(["ccache", "--print-stats"], env) ?? "";
  const of = (id: string) => Number(new RegExp(`^${id}\\t(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { hits: of("direct_cache_hit") + of("preprocessed_cache_hit"), misses: of("cache_miss") };
}
