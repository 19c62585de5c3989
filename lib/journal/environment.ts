/**
 * Variables that may stand in a journal: they say how a build was set up. Nothing that holds a credential by custom is here, and
 * no pattern is used, so a new variable never gets in by its name.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  "AR",
  "CARGO_CRATE_NAME",
  "CARGO_MANIFEST_DIR",
  "CARGO_PKG_NAME",
  "CARGO_PKG_VERSION",
  "CC",
  "CFLAGS",
  "COMPILER_PATH",
  "CPATH",
  "CPLUS_INCLUDE_PATH",
  "CPPFLAGS",
  "CXX",
  "CXXFLAGS",
  "C_INCLUDE_PATH",
  "GCC_EXEC_PREFIX",
  "HOST",
  "LANG",
  "LC_ALL",
  "LDFLAGS",
  "LIBRARY_PATH",
  "MACOSX_DEPLOYMENT_TARGET",
  "NUM_JOBS",
  "OPT_LEVEL",
  "OUT_DIR",
  "PROFILE",
  "RUSTFLAGS",
  "SDKROOT",
  "SOURCE_DATE_EPOCH",
  "TARGET",
]);

/** The part of an environment that a journal line shows, sorted by name. */
export function journalEnvironment(env: ReadonlyMap<string, string>): [name: string, value: string][] {
  return [...env].filter(([name]) => ALLOWED.has(name)).sort(([a], [b]) => a < b ? -1 : 1);
}
