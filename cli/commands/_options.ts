import type { OptionRow } from "../command.ts";

/** For every command that talks to the daemon. */
export const ENDPOINT_OPTION: OptionRow = {
  name: "endpoint",
  takes: "SOCKET",
  meaning: "the daemon's socket, instead of ZCCACHE_ENDPOINT or ROOT/daemon.sock",
};

/** For every command whose answer programs read. */
export const JSON_OPTION: OptionRow = { name: "json", meaning: "one JSON object, for programs" };

/** For every command that tells of many commands. */
export const SESSION_OPTION: OptionRow = {
  name: "session",
  takes: "ID",
  meaning: "only this session's commands",
};

/** The variables that say which daemon is meant. */
export const ENDPOINT_VARIABLES = ["ZCCACHE_CACHE_DIR", "ZCCACHE_ENDPOINT"] as const;
