import { type KeyRecipe, type PathMap, PATHS, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Reading } from "./reading.ts";

type Environment = ReadonlyMap<string, string>;

/** Variables that make the compiler write, print or do what its arguments don't say. */
const REFUSED = [
  "AS_SECURE_LOG_FILE",
  "CCC_ADD_ARGS",
  "CCC_OVERRIDE_OPTIONS",
  "CC_LOG_DIAGNOSTICS",
  "CC_PRINT_HEADERS",
  "CC_PRINT_INTERNAL_STAT",
  "CC_PRINT_OPTIONS",
  "CC_PRINT_PROC_STAT",
  "CLANG_CRASH_DIAGNOSTICS_DIR",
  "CLANG_TOOLCHAIN_PROGRAM_TIMEOUT",
  "DEPENDENCIES_OUTPUT",
  "FORCE_CLANG_DIAGNOSTICS_CRASH",
  "GCC_COMPARE_DEBUG",
  "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
  "QA_OVERRIDE_GCC3_OPTIONS",
  "RC_DEBUG_OPTIONS",
  "RC_DEBUG_PREFIX_MAP",
  "SUNPRO_DEPENDENCIES",
];

/** Variables that belong in the key. */
const FACTS = [
  "BINUTILS_ROOT",
  "CLANG_CONFIG_FILE_SYSTEM_DIR",
  "CLANG_CONFIG_FILE_USER_DIR",
  "CLANG_NO_DEFAULT_CONFIG",
  "COLLECT_AS_OPTIONS",
  "COMPILER_PATH",
  "CPATH",
  "CPLUS_INCLUDE_PATH",
  "C_INCLUDE_PATH",
  "DRIVERKIT_DEPLOYMENT_TARGET",
  "G++_ROOT",
  "GCC_COLORS",
  "GCC_EXEC_PREFIX",
  "GCC_ROOT",
  "GCC_URLS",
  "GNUTARGET",
  "IPHONEOS_DEPLOYMENT_TARGET",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_CTYPE",
  "LC_MESSAGES",
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "LLVM_OVERRIDE_PRODUCER",
  "MACOSX_DEPLOYMENT_TARGET",
  "NLSPATH",
  "OBJCPLUS_INCLUDE_PATH",
  "OBJC_INCLUDE_PATH",
  "SDKROOT",
  "SOURCE_DATE_EPOCH",
  "TERM_URLS",
  "TVOS_DEPLOYMENT_TARGET",
  "WATCHOS_DEPLOYMENT_TARGET",
  "XROS_DEPLOYMENT_TARGET",
];

/** Variables that decide which folders and programs the driver uses by itself. */
const PROBED = [
  "BINUTILS_ROOT",
  "CLANG_CONFIG_FILE_SYSTEM_DIR",
  "CLANG_CONFIG_FILE_USER_DIR",
  "CLANG_NO_DEFAULT_CONFIG",
  "COMPILER_PATH",
  "G++_ROOT",
  "GCC_EXEC_PREFIX",
  "GCC_ROOT",
  "HOME",
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
  "MACOSX_DEPLOYMENT_TARGET",
  "PATH",
  "SDKROOT",
];

const BY_LANGUAGE: Readonly<Record<string, string>> = {
  "c": "C_INCLUDE_PATH",
  "assembler-with-cpp": "C_INCLUDE_PATH",
  "c++": "CPLUS_INCLUDE_PATH",
  "objective-c": "OBJC_INCLUDE_PATH",
  "objective-c++": "OBJCPLUS_INCLUDE_PATH",
};

/** The refusal of a variable that can't be cached under; set is enough, even to nothing. */
export function refusedVariable(env: Environment): Uncacheable | undefined {
  const name = REFUSED.find((name) => env.has(name));
  return name === undefined ? undefined : uncacheable("environment", name);
}

/** The loader's folders show in no output: what it finds there is part of the toolchain, by its content. */
const OF_LOADER = "LD_LIBRARY_PATH";

/** The first variable in the key by which a root's path may get into an output. */
export function variableWithRoot(env: Environment, roots: PathMap): string | undefined {
  return FACTS.find((name) => name !== OF_LOADER && roots.mentions(env.get(name) ?? ""));
}

/** Adds the variables that count to the key; where roots' places don't count, without these. */
export function addEnvironment(recipe: KeyRecipe, env: Environment, roots?: PathMap): void {
  for (const name of FACTS) {
    const value = env.get(name);
    if (value !== undefined) recipe.add("env", roots?.wordInKey(`${name}=${value}`) ?? `${name}=${value}`);
  }
}

/** The variables that the driver's own set-up reads, those that are set. */
export function probedVariables(env: Environment): readonly (readonly [name: string, value: string])[] {
  return PROBED.flatMap((name) => {
    const value = env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** Whether a variable names a folder of the driver's, or one in which it looks for programs, relative to the caller's. */
export function probesBelowFolder(env: Environment): boolean {
  return ["COMPILER_PATH", "GCC_EXEC_PREFIX", "LD_LIBRARY_PATH", "PATH"].some((name) =>
    foldersOf(env.get(name)).some((folder) => !PATHS.isAbsolute(folder))
  );
}

/** Appends the folders that the environment adds to the search: CPATH after -I, the language's own after -isystem. */
export function addSearchedByEnvironment(reading: Reading, language: string, env: Environment): void {
  reading.search.angle.push(...foldersOf(env.get("CPATH")));
  reading.search.system.push(...foldersOf(env.get(BY_LANGUAGE[language] ?? "")));
}

/** An empty element is the caller's folder. */
function foldersOf(list: string | undefined): readonly string[] {
  if (list === undefined || list === "") return [];
  return list.split(PATHS.listSeparator).map((folder) => folder === "" ? "." : folder);
}
