import type { KeyRecipe } from "../../core/mod.ts";
import type { Call } from "../tool.ts";

/** Variables that compilers, linkers, archivers and the programs they run heed. */
const HEEDED =
  /^(?:PATH|HOME|USER|USERNAME|LANG|LANGUAGE|LC_.*|LD_.*|LDEMULATION|GNUTARGET|GCC_.*|(?:BINUTILS|G\+\+)_ROOT|ROCM_PATH|COMPILER_PATH|LIBRARY_PATH|LPATH|COLLECT_.*|CPATH|(?:C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH|DEPENDENCIES_OUTPUT|SUNPRO_DEPENDENCIES|AS_.*|LIBCTF_.*|SYM64_THRESHOLD|IWYU_.*|FORCE_.*_CRASH|SDKROOT|.*_DEPLOYMENT_TARGET|SOURCE_DATE_EPOCH|ZERO_AR_DATE|LIB|LIBPATH|LLVM_.*|LLD_.*|MOLD_.*|CLANG_.*|CCC_.*|CC_.*|RC_.*|QA_OVERRIDE_.*|GLIBC_TUNABLES|MALLOC_.*|NLSPATH|LOCPATH|AR_FLAGS)$/;

/** Variables that say who calls and from where, and nothing of what is to be made. */
const NOISE =
  /^(?:_|SHLVL|PWD|OLDPWD|SSH_.*|XDG_SESSION_.*|DBUS_.*|DISPLAY|WAYLAND_DISPLAY|WINDOWID|TERM_PROGRAM.*|TERM_SESSION_ID|VTE_VERSION|HOSTNAME|USER|LOGNAME|MAIL|TTY|GPG_.*|INVOCATION_ID|JOURNAL_STREAM|LS_COLORS|HIST.*|PS1|PS2|EDITOR|VISUAL|PAGER|LESS.*|MAKEFLAGS|MFLAGS|MAKELEVEL|MAKE_TERMOUT|MAKE_TERMERR|NINJA_STATUS|CARGO_MAKEFLAGS|TMPDIR|TMP|TEMP|COLUMNS|LINES|ZCCACHE_.*)$/;

/**
 * Adds the call's surroundings to a key: the folder, how messages look, and the environment. Of a script, which may heed any
 * variable, all of them but those that only say who calls; else those whose names match.
 */
export function addSurroundings(recipe: KeyRecipe, call: Call, heeded: RegExp = HEEDED): void {
  recipe.add("folder", call.cwd);
  const pwd = call.env.get("PWD");
  if (pwd !== undefined && pwd !== call.cwd) recipe.add("pwd", pwd);
  if (call.sameStream) recipe.add("same-stream", "");
  const { stdout, stderr, columns } = call.terminal;
  if (stdout || stderr) {
    const which = `${stdout ? "stdout " : ""}${stderr ? "stderr " : ""}`;
    recipe.add("terminal", `${which}${columns} ${call.env.get("TERM") ?? ""}`);
  }
  const counts = call.isScript ? (name: string) => !NOISE.test(name) : (name: string) => heeded.test(name);
  const counted = [...call.env].filter(([name]) => counts(name)).sort(([a], [b]) => a < b ? -1 : 1);
  for (const [name, value] of counted) recipe.add("env", `${name}=${value}`);
}
