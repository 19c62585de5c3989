import { parseArgs } from "node:util";
import { err, ok, type Result } from "../lib/core/mod.ts";
import { LOG_LEVELS, type LogLevel } from "./log.ts";

/** What `zccache-daemon` is told on its command line. */
export interface DaemonOptions {
  readonly foreground: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly logLevel: LogLevel;
  readonly endpoint: string | undefined;
  readonly idleTimeoutSecs: string | undefined;
}

export const DAEMON_HELP = `usage: zccache-daemon [OPTIONS]

Serves the launchers of one cache root. Nobody has to start it: the first compile does.
Without --foreground it only tells where it would listen and whether one is running.

  --foreground          serve until idle, stopped or signalled
  --endpoint WHERE      a socket, loopback or loopback:FILE, instead of ZCCACHE_ENDPOINT
  --idle-timeout SECS   leave after so many seconds without a request; 0 = never
  --log-level LEVEL     error, warn, info (default), debug or trace
  -h, --help            this text
  -V, --version         the version
`;

/** Reads the command line; the error is a sentence for the user. */
export function readDaemonOptions(args: readonly string[]): Result<DaemonOptions, string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "foreground": { type: "boolean" },
        "help": { type: "boolean", short: "h" },
        "version": { type: "boolean", short: "V" },
        "log-level": { type: "string" },
        "endpoint": { type: "string" },
        "idle-timeout": { type: "string" },
      },
    });
    const level = values["log-level"] ?? "info";
    const logLevel = LOG_LEVELS.find((known) => known === level);
    if (logLevel === undefined) {
      return err(`--log-level takes one of ${LOG_LEVELS.join(", ")}, not "${level}"`);
    }
    return ok({
      foreground: values.foreground ?? false,
      help: values.help ?? false,
      version: values.version ?? false,
      logLevel,
      endpoint: values.endpoint,
      idleTimeoutSecs: values["idle-timeout"],
    });
  } catch (error) {
    if (error instanceof TypeError) return err(error.message);
    throw error;
  }
}
