import type { Family } from "./tool.ts";

/** A compiler's name without its cross prefix, version and `.exe`; undefined if the name is no compiler's. */
const NAME =
  /^(?:[A-Za-z0-9_.]+-)*?(gcc|g\+\+|cc|c\+\+|clang\+\+|clang)(?:-\d+(?:\.\d+)*)?(?:-(?:posix|win32))?(?:\.exe)?$/;

const FAMILIES: Readonly<Record<string, Family | "generic">> = {
  "gcc": "gcc",
  "g++": "gcc",
  "clang": "clang",
  "clang++": "clang",
  "cc": "generic",
  "c++": "generic",
};

/**
 * Which compiler a program is, by its names only: as typed if that says it, else by the real path's (what `cc` is, is said
 * by the file behind it). Undefined for everything else, `gcc-ar` and `clang-tidy` included.
 */
export function detectFamily(exeRealPath: string, nameAsTyped: string): Family | undefined {
  const typed = familyOfName(baseName(nameAsTyped));
  if (typed === undefined) return undefined;
  const real = familyOfName(baseName(exeRealPath));
  if (real !== undefined && real !== "generic") return real;
  return typed === "generic" ? undefined : typed;
}

/** Other tools whose include flags are a compiler's, by name. */
const COMPILER_LIKE = /^(?:emcc|em\+\+|rustc|clippy-driver|clang-cl|cl)(?:\.exe|\.py|\.bat)?$/i;

/** Whether a program's name is one of a compiler, known to us or not. */
export function isCompilerLike(name: string): boolean {
  const base = baseName(name.replaceAll("\\", "/"));
  return familyOfName(base) !== undefined || COMPILER_LIKE.test(base);
}

/** Whether the name is that of a C++ driver, which takes `.c` for C++. */
export function isCxxDriver(name: string): boolean {
  return NAME.exec(baseName(name))?.[1]?.endsWith("++") ?? false;
}

function familyOfName(name: string): Family | "generic" | undefined {
  const core = NAME.exec(name)?.[1];
  return core === undefined ? undefined : FAMILIES[core];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
