import type { KeyRecipe } from "../../core/mod.ts";
import type { Call } from "../tool.ts";

/** Variables that rustc, clippy and LLVM themselves heed, whatever the crate asks for. */
const HEEDED =
  /^(?:RUST.*|CLIPPY_.*|CFG_.*|SYSROOT|LD_.*|.*_DEPLOYMENT_TARGET|SDKROOT|LANG|LANGUAGE|LC_.*|POLONIUS_.*|GLIBC_TUNABLES|MALLOC_.*)$/;

/**
 * Variables of that form that name wrappers, or hold what the call doesn't depend on: what the loader finds in its folders for
 * the compiler is part of the toolchain, by its content, and these folders are elsewhere for each target folder.
 */
const UNHEEDED =
  /^(?:RUSTC_WRAPPER|RUSTC_WORKSPACE_WRAPPER|RUSTFLAGS|RUSTDOCFLAGS|RUST_TEST_.*|RUST_RECURSION_COUNT|LD_LIBRARY_PATH)$/;

/**
 * Variables that say who calls and from where: no sensible macro makes code of them. Others are taken to count where macros
 * run, as these may ask for any.
 */
const SESSION =
  /^(?:_|SHLVL|PWD|OLDPWD|SSH_.*|XDG_.*|DBUS_.*|DISPLAY|WAYLAND_DISPLAY|WINDOWID|TERM|TERM_.*|COLORTERM|VTE_VERSION|TTY|GPG_.*|INVOCATION_ID|JOURNAL_STREAM|LS_COLORS|HIST.*|PS1|PS2|EDITOR|VISUAL|PAGER|LESS.*|MAKEFLAGS|MFLAGS|MAKELEVEL|CARGO_MAKEFLAGS|NUM_JOBS|TMPDIR|TMP|TEMP|COLUMNS|LINES|ZCCACHE_.*|RUSTC_WRAPPER|RUSTC_WORKSPACE_WRAPPER)$/;

/** Adds the variables that the compiler itself heeds. */
export function addCompilerVariables(recipe: KeyRecipe, env: Call["env"]): void {
  // whether cargo calls shows in some messages
  recipe.add("cargo", env.has("CARGO_CRATE_NAME") ? "yes" : "no");
  for (const [name, value] of sorted(env, (name) => HEEDED.test(name) && !UNHEEDED.test(name))) {
    recipe.add("env", `${name}=${value}`);
  }
}

/** Linkers heed it whatever the caller says: they find by it what libraries need. */
const OF_LOADER = "LD_LIBRARY_PATH";

/** Names the variables that neither macros nor linkers heed: patterns with `*`, separated by commas. */
const IGNORE = "ZCCACHE_RUST_IGNORE_ENV";

/** Names the crates that are never answered from the cache, separated by commas. */
const EXCLUDE = "ZCCACHE_RUST_EXCLUDE";

/** Whether the caller keeps a crate out of the cache. */
export function isExcluded(crateName: string, env: Call["env"]): boolean {
  return listed(env.get(EXCLUDE)).includes(crateName);
}

/**
 * What a macro may see of the environment, as one text; `mayIgnore` = without what the caller says that none heeds. Where the
 * roots' places don't count, they stand in it by their names.
 */
export function macroEnvironment({ env, roots }: Pick<Call, "env" | "roots">, mayIgnore: boolean): string {
  const ignored = listed(mayIgnore ? env.get(IGNORE) : undefined).map((pattern) =>
    new RegExp(`^${pattern.split("*").map((part) => part.replace(/\W/g, "\\$&")).join(".*")}$`)
  );
  const mayBeIgnored = (name: string) => name !== OF_LOADER && ignored.some((pattern) => pattern.test(name));
  const counts = (name: string) => !SESSION.test(name) && !mayBeIgnored(name);
  return sorted(env, counts).map(([name, value]) => `${name}=${roots?.wordInKey(value) ?? value}`)
    .join("\0");
}

/** What a macro is not taken to heed, as one text: a crate that nobody hears of may ask for any of it. */
export function sessionEnvironment(env: Call["env"]): string {
  return sorted(env, (name) => SESSION.test(name)).map(([name, value]) => `${name}=${value}`).join("\0");
}

function listed(text: string | undefined): string[] {
  return (text ?? "").split(",").map((word) => word.trim()).filter((word) => word !== "");
}

function sorted(env: Call["env"], counts: (name: string) => boolean): [string, string][] {
  return [...env].filter(([name]) => counts(name)).sort(([a], [b]) => a < b ? -1 : 1);
}
