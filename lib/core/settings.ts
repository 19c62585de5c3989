import { endpointOf } from "./endpoint.ts";
import { absolutePath, PATHS } from "./path_rules.ts";

/** How a hit reaches the output path. */
const DELIVERY_MODES = ["auto", "reflink-or-link-or-copy", "link", "copy", "reflink"] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

/** Where things are and how the daemon behaves; a frozen value, read once where a process starts. */
export interface Settings {
  /** The cache root, absolute. */
  readonly root: string;
  /** Where `root` came from. */
  readonly rootSource: "env:ZCCACHE_CACHE_DIR" | "default";
  /** Where the daemon listens, as `parseEndpoint` reads it. */
  readonly endpoint: string;
  /** How hits are delivered. */
  readonly mode: DeliveryMode;
  /** The artifact budget: bytes, or a percentage of the volume. */
  readonly budget: { readonly bytes: number } | { readonly percent: number };
  /** Seconds without a request after which the daemon leaves; 0 = never. */
  readonly idleTimeoutSecs: number;
  /** Seconds without a command after which a session that nobody ended is over; 0 = never. */
  readonly sessionExpirySecs: number;
  /** Size at which the compile journal is rotated, in bytes. */
  readonly journalLimitBytes: number;
  /** Whether files are watched by events (otherwise each look-up asks the file system). */
  readonly watch: boolean;
  /** Most bytes of incremental data of crates, within the artifact budget; 0 = none is kept, undefined = a tenth of it. */
  readonly rustIncrementalBytes: number | undefined;
  /** At what priority tools run where the caller doesn't say; a word as given. */
  readonly priority: string | undefined;
}

/** A row of the settings' documentation: `--help` and the manual are made from it. */
export interface SettingRow {
  readonly variable: string;
  readonly values: string;
  readonly initial: string;
  readonly meaning: string;
}

/** Every environment variable that zccache itself reads. */
export const SETTING_ROWS: readonly SettingRow[] = [
  {
    variable: "ZCCACHE_CACHE_DIR",
    values: "a folder",
    initial: "~/.zccache",
    meaning: "the cache root: artifacts, index, logs, socket",
  },
  {
    variable: "ZCCACHE_ENDPOINT",
    values: "a socket path, loopback, loopback:FILE",
    initial: "ROOT/daemon.sock",
    meaning: "the daemon to talk to; loopback = a TCP port of this machine, told with a token by " +
      "ROOT/daemon.port or FILE, the default on Windows",
  },
  {
    variable: "ZCCACHE_DISABLE",
    values: "1, true",
    initial: "off",
    meaning: "run the tool directly, as if zccache were not there",
  },
  {
    variable: "ZCCACHE_MODE",
    values: "AUTO, REFLINK_OR_LINK_OR_COPY, LINK, COPY, REFLINK",
    initial: "AUTO",
    meaning:
      "how a hit reaches the output path: clone or copy; LINK means AUTO, since a link would share its bytes",
  },
  {
    variable: "ZCCACHE_CACHE_SIZE_BYTES",
    values: "a number of bytes",
    initial: "unset",
    meaning: "the artifact budget",
  },
  {
    variable: "ZCCACHE_CACHE_SIZE_PERCENT",
    values: "1 to 100",
    initial: "5",
    meaning: "the artifact budget as a share of the volume, at least 40 and at most 200 GiB",
  },
  {
    variable: "ZCCACHE_IDLE_TIMEOUT_SECS",
    values: "seconds, 0 = never",
    initial: "3600",
    meaning: "how long an idle daemon stays",
  },
  {
    variable: "ZCCACHE_NO_SPAWN",
    values: "1, true",
    initial: "off",
    meaning: "never start a daemon; without one the tool runs directly",
  },
  {
    variable: "ZCCACHE_NO_WATCH",
    values: "1, true",
    initial: "off",
    meaning: "validate every input by stat instead of by file system events",
  },
  {
    variable: "ZCCACHE_COMPILE_PRIORITY",
    values: "auto, low, normal, idle, high",
    initial: "auto",
    meaning:
      "the priority of a compiler that runs for the cache: nice +10 (low, also for any other word), +19 (idle), -5 (high); " +
      "auto means low while the processors are used by 95 % or more; of the command, else of the daemon",
  },
  {
    variable: "ZCCACHE_RUST_EXCLUDE",
    values: "crates, separated by commas",
    initial: "none",
    meaning: "crates that are never answered from the cache, by the names that rustc is given",
  },
  {
    variable: "ZCCACHE_RUST_IGNORE_ENV",
    values: "names with *, separated by commas",
    initial: "none",
    meaning:
      "variables that no macro and no linker heeds; where these run, any other one that differs (but for " +
      "those of the terminal and the session) calls for a compile",
  },
  {
    variable: "ZCCACHE_RUST_INCREMENTAL_BYTES",
    values: "a number of bytes, 0 = none",
    initial: "a tenth of the artifact budget",
    meaning:
      "how much of the budget (half at most) may go to rustc's incremental data, which is kept over cargo clean by hard " +
      "links (docs/decisions/0011-rust.md)",
  },
  {
    variable: "ZCCACHE_PATH_REMAP",
    values: "auto",
    initial: "off",
    meaning: "share compiles between checkouts of one repository (docs/manual/worktrees.md)",
  },
  {
    variable: "ZCCACHE_WORKTREE_ROOT",
    values: "a folder, absolute",
    initial: "the nearest with .git",
    meaning: "the root of the checkout for ZCCACHE_PATH_REMAP",
  },
  {
    variable: "ZCCACHE_STRICT_PATHS",
    values: "off, consistent, absolute; 0, 1, true",
    initial: "off",
    meaning: "refuse compiler commands whose include paths are not spelled like this (zccache wrap --help)",
  },
  {
    variable: "ZCCACHE_JOURNAL_LIMIT_BYTES",
    values: "a number of bytes",
    initial: "67108864",
    meaning: "size at which the compile journal is rotated",
  },
  {
    variable: "ZCCACHE_SESSION_ID",
    values: "an id from session-start",
    initial: "unset",
    meaning: "the session that commands belong to; what is no open session's id changes nothing",
  },
  {
    variable: "ZCCACHE_SESSION_EXPIRY_SECS",
    values: "seconds, 0 = never",
    initial: "86400",
    meaning:
      "of the daemon: how long after its last command a session is over that nobody ended and no process owns",
  },
  { variable: "NO_COLOR", values: "anything", initial: "unset", meaning: "no colours on terminals" },
];

/** Thrown for a setting that can't be understood; the message names the variable and what it takes. */
export class SettingError extends Error {
  override name = "SettingError";
}

/** Reads the settings from an environment. Throws `SettingError`. `cwd` must be absolute. */
export function readSettings(env: (name: string) => string | undefined, cwd: string): Settings {
  const given = nonEmpty(env("ZCCACHE_CACHE_DIR"));
  const root = given === undefined ? defaultRoot(env) : absolutePath(given, cwd);
  return Object.freeze({
    root,
    rootSource: given === undefined ? "default" : "env:ZCCACHE_CACHE_DIR",
    endpoint: endpointOf(nonEmpty(env("ZCCACHE_ENDPOINT")), { root, cwd }),
    mode: readMode(env("ZCCACHE_MODE")),
    budget: readBudget(env("ZCCACHE_CACHE_SIZE_BYTES"), env("ZCCACHE_CACHE_SIZE_PERCENT")),
    idleTimeoutSecs: readCount("ZCCACHE_IDLE_TIMEOUT_SECS", env("ZCCACHE_IDLE_TIMEOUT_SECS"), 3600),
    sessionExpirySecs: readCount("ZCCACHE_SESSION_EXPIRY_SECS", env("ZCCACHE_SESSION_EXPIRY_SECS"), 86_400),
    journalLimitBytes: readCount(
      "ZCCACHE_JOURNAL_LIMIT_BYTES",
      env("ZCCACHE_JOURNAL_LIMIT_BYTES"),
      64 * 1024 * 1024,
    ),
    watch: !isOn(env("ZCCACHE_NO_WATCH")),
    rustIncrementalBytes: readOptionalCount(
      "ZCCACHE_RUST_INCREMENTAL_BYTES",
      env("ZCCACHE_RUST_INCREMENTAL_BYTES"),
    ),
    priority: nonEmpty(env("ZCCACHE_COMPILE_PRIORITY")),
  });
}

/** Whether a switch variable says yes: `1` or `true`. */
export function isOn(value: string | undefined): boolean {
  return value === "1" || value?.toLowerCase() === "true";
}

/** The artifact budget in bytes on a volume of this size. */
export function budgetBytes(budget: Settings["budget"], volumeBytes: number): number {
  if ("bytes" in budget) return budget.bytes;
  const GIB = 1024 ** 3;
  return Math.min(200 * GIB, Math.max(40 * GIB, volumeBytes * budget.percent / 100));
}

function defaultRoot(env: (name: string) => string | undefined): string {
  const home = nonEmpty(env("HOME")) ?? nonEmpty(env("USERPROFILE"));
  if (home === undefined) {
    throw new SettingError("Cannot place the cache: neither ZCCACHE_CACHE_DIR nor HOME is set");
  }
  return `${PATHS.slashed(home).replace(/\/+$/, "")}/.zccache`;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function readMode(value: string | undefined): DeliveryMode {
  if (value === undefined || value === "") return "auto";
  const mode = DELIVERY_MODES.find((m) => m === value.toLowerCase().replaceAll("_", "-"));
  if (mode !== undefined) return mode;
  throw new SettingError(
    `Cannot read ZCCACHE_MODE: "${value}" is not one of AUTO, REFLINK_OR_LINK_OR_COPY, LINK, COPY, REFLINK`,
  );
}

function readBudget(bytes: string | undefined, percent: string | undefined): Settings["budget"] {
  if (nonEmpty(bytes) !== undefined && nonEmpty(percent) !== undefined) {
    throw new SettingError(
      "Cannot read the size: set ZCCACHE_CACHE_SIZE_BYTES or ZCCACHE_CACHE_SIZE_PERCENT, not both",
    );
  }
  if (nonEmpty(bytes) !== undefined) return { bytes: readCount("ZCCACHE_CACHE_SIZE_BYTES", bytes, 0) };
  const share = readCount("ZCCACHE_CACHE_SIZE_PERCENT", percent, 5);
  if (share < 1 || share > 100) {
    throw new SettingError(
      `Cannot read ZCCACHE_CACHE_SIZE_PERCENT: "${percent}" is not a number from 1 to 100`,
    );
  }
  return { percent: share };
}

function readOptionalCount(variable: string, value: string | undefined): number | undefined {
  return nonEmpty(value) === undefined ? undefined : readCount(variable, value, 0);
}

function readCount(variable: string, value: string | undefined, initial: number): number {
  if (value === undefined || value === "") return initial;
  const count = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(count)) return count;
  throw new SettingError(`Cannot read ${variable}: "${value}" is not a whole number`);
}
