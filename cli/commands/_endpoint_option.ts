import type { OptionRow } from "../command.ts";

/** For every command that talks to the daemon. */
export const ENDPOINT_OPTION: OptionRow = {
  name: "endpoint",
  takes: "SOCKET",
  meaning: "the daemon's socket, instead of ZCCACHE_ENDPOINT or ROOT/daemon.sock",
};

/** The variables that say which daemon is meant. */
export const ENDPOINT_VARIABLES = ["ZCCACHE_CACHE_DIR", "ZCCACHE_ENDPOINT"] as const;
