import { type Outcome, text } from "./process.ts";

/** The repository's root folder. */
export const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** How often a cache said what; deltas of these are what a step is judged by. */
export interface Counters {
  readonly cached: number;
  readonly cold: number;
  readonly nonCacheable: number;
  readonly errors: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** A compiler cache under test: a command in front of the tool's. */
export interface Wrapper {
  readonly name: string;
  /** The words before the tool's own. */
  readonly prefix: readonly string[];
  /** The files that must be there; a rig refuses to open without them. */
  readonly files: readonly string[];
  /** The variables that give it a private place. */
  env(root: string): Readonly<Record<string, string>>;
  /** The command that prints the counters. */
  readonly countersCommand: readonly string[];
  readCounters(outcome: Outcome): Counters;
}

const LAUNCHER = `${PROJECT}/build/bin/zccache`;
const PORTABLE = `${PROJECT}/build/lib/zccache`;

const ours = {
  env: (root: string) => ({ ZCCACHE_CACHE_DIR: root }),
  countersCommand: [LAUNCHER, "status", "--json"],
  readCounters: readStatus,
};

/** The launcher: what build systems call. */
export const launcher: Wrapper = { ...ours, name: "launcher", prefix: [LAUNCHER], files: [LAUNCHER] };

/** The same path in TypeScript, for where no launcher is built. */
export const typescript: Wrapper = {
  ...ours,
  name: "typescript",
  prefix: [
    `${PORTABLE}/deno`,
    "run",
    "--quiet",
    "--allow-all",
    "--no-config",
    "--no-lock",
    `${PORTABLE}/zccache.js`,
    "zccache",
  ],
  files: [`${PORTABLE}/deno`, `${PORTABLE}/zccache.js`],
};

/** Makes an installation in a folder (of the build's file system) that can't observe runs, as on systems other than Linux. */
export function unobserved(folder: string): Wrapper {
  const bin = `${folder}/bin/zccache`;
  Deno.mkdirSync(`${folder}/bin`);
  Deno.mkdirSync(`${folder}/lib/zccache`, { recursive: true });
  for (const file of ["bin/zccache", "bin/zccache-daemon", "lib/zccache/deno", "lib/zccache/zccache.js"]) {
    Deno.linkSync(`${PROJECT}/build/${file}`, `${folder}/${file}`);
  }
  return {
    ...ours,
    name: "unobserved",
    prefix: [bin],
    files: [bin],
    countersCommand: [bin, "status", "--json"],
  };
}

/** Both ways in; the core suites run for each. */
export const WRAPPERS: readonly Wrapper[] = [launcher, typescript];

/** Nothing was counted: what a daemon that isn't there would say. */
export const NO_COUNTERS: Counters = { cached: 0, cold: 0, nonCacheable: 0, errors: 0, reasons: {} };

/** Compiles and links together, for each counter. */
function readStatus(outcome: Outcome): Counters {
  if (outcome.code !== 0) return NO_COUNTERS;
  const report: unknown = JSON.parse(text(outcome.stdout));
  const daemon = field(report, "daemon");
  const reasons = field(report, "reasons");
  return {
    cached: count(daemon, "cache_hits") + count(daemon, "link_hits"),
    cold: count(daemon, "cache_misses") + count(daemon, "link_misses"),
    nonCacheable: count(daemon, "non_cacheable") + count(daemon, "link_non_cacheable"),
    errors: count(daemon, "compile_errors") + count(daemon, "link_errors"),
    reasons: Object.fromEntries(Object.keys(Object(reasons)).map((name) => [name, count(reasons, name)])),
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !(name in value)) {
    throw new TypeError(`Cannot read the status: "${name}" is missing`);
  }
  return Reflect.get(value, name);
}

function count(value: unknown, name: string): number {
  const found = field(value, name);
  if (typeof found === "number") return found;
  throw new TypeError(`Cannot read the status: "${name}" is not a number`);
}

/** What was counted between two readings. */
export function counted(before: Counters, after: Counters): Counters {
  const reasons: Record<string, number> = {};
  for (const [reason, total] of Object.entries(after.reasons)) {
    const more = total - (before.reasons[reason] ?? 0);
    if (more !== 0) reasons[reason] = more;
  }
  return {
    cached: after.cached - before.cached,
    cold: after.cold - before.cold,
    nonCacheable: after.nonCacheable - before.nonCacheable,
    errors: after.errors - before.errors,
    reasons,
  };
}
