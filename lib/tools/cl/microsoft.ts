import { uncacheable } from "../../core/mod.ts";
import { key, refuse, search } from "../gnu/actions.ts";
import type { Action, Options } from "../gnu/reading.ts";
import { OptionTable } from "../option_table.ts";
import type { Probed } from "../probe.ts";
import { ADDS_ARGUMENTS, hasOption, type Manner, WINDOWS_PLACES } from "./manner.ts";
import { CL_OPTIONS } from "./options.ts";

const clangOnly = refuse("unknown-option");
const sharedDatabase = refuse("shared-pdb");

/**
 * Where Microsoft's compiler reads its arguments otherwise than clang-cl. From its documentation alone: it is never run by
 * a test, so what isn't plain is refused.
 */
const OPTIONS: Options = new OptionTable<Action>([
  ["--driver-mode=", "joined", clangOnly],
  ["--rsp-quoting=", "joined", clangOnly],
  ["--target=", "joined", clangOnly],
  ["-FC", "none", key],
  ["-JMC", "joined", key],
  ["-X", "none", key],
  ["-Xclang", "next", clangOnly],
  // one file takes the debug information of many compiles, which a server writes for all of them
  ["-ZI", "none", sharedDatabase],
  ["-Zf", "none", sharedDatabase],
  ["-Zi", "none", sharedDatabase],
  ["-arch:", "joined", key],
  ["-constexpr:", "joined", key],
  ["-execution-charset:", "joined", key],
  ["-experimental:deterministic", "none", key],
  ["-external:I", "either", search("angle")],
  ["-external:W", "joined", key],
  ["-external:anglebrackets", "none", key],
  ["-external:templates-", "none", key],
  ["-fcolor-diagnostics", "none", clangOnly],
  ["-fdiagnostics-color", "none", clangOnly],
  ["-fdiagnostics-color=", "joined", clangOnly],
  ["-fms-compatibility-version=", "joined", clangOnly],
  ["-fno-color-diagnostics", "none", clangOnly],
  ["-fsyntax-only", "none", clangOnly],
  ["-imsvc", "either", clangOnly],
  ["-m32", "none", clangOnly],
  ["-m64", "none", clangOnly],
  ["-march=", "joined", clangOnly],
  ["-march=native", "none", clangOnly],
  ["-mllvm", "next", clangOnly],
  ["-o", "either", clangOnly],
  ["-openmp", "joined", key],
  // from here on `import` is a word of the language, and no list names the module that is read for it
  ["-std:c++20", "none", refuse("modules")],
  ["-std:c++23preview", "none", refuse("modules")],
  ["-std:c++latest", "none", refuse("modules")],
  ["-validate-charset", "joined", key],
  ["-vctoolsdir", "next", clangOnly],
  ["-winsdkdir", "next", clangOnly],
  ["-winsysroot", "next", clangOnly],
], CL_OPTIONS);

/** Microsoft's cl.exe, by what is written about it. */
export const MICROSOFT: Manner = {
  family: "msvc",
  options: OPTIONS,
  // the second sends the messages another way
  refused: [...ADDS_ARGUMENTS, "VS_UNICODE_OUTPUT"],
  variables: [...WINDOWS_PLACES, "LIB", "LIBPATH", "VSLANG"],
  searched: WINDOWS_PLACES,
  timeless: ["-Brepro", "-experimental:deterministic"],
  namesItself: true,
  takenForIncludes: [],
  discover: (reading) =>
    hasOption(reading, "-showIncludes") ? { how: "listed-includes" } : uncacheable("includes-not-listed"),
};

/** The languages that Microsoft's compiler speaks, as its folders for them are called. */
const LANGUAGES = [
  1028,
  1029,
  1031,
  1033,
  1036,
  1040,
  1041,
  1042,
  1045,
  1046,
  1049,
  1055,
  2052,
  3082,
];

/** What stands beside cl.exe and does the work: front ends, the code generator; then what may. */
const PARTS = {
  needed: ["c1.dll", "c1xx.dll", "c2.dll"],
  optional: [
    "c1ast.dll",
    "c1xxast.dll",
    "msobj140.dll",
    "mspdb100.dll",
    "mspdb110.dll",
    "mspdb120.dll",
    "mspdb140.dll",
    "mspdb80.dll",
    "mspdbcore.dll",
    "mspdbsrv.exe",
    "mspft140.dll",
    "msvcp140.dll",
    "msvcp140_atomic_wait.dll",
    "tbbmalloc.dll",
    "vcruntime140.dll",
    "vcruntime140_1.dll",
    ...LANGUAGES.map((language) => `${language}/clui.dll`),
  ],
};

const BANNER = /^.*Microsoft ?\(R\) C\/C\+\+.*$/m;

/** Reads what cl.exe says to standard error of itself when it has nothing to do; undefined if something else speaks. */
export function parseBanner(text: string): Probed | undefined {
  const version = BANNER.exec(text)?.[0].trim();
  if (version === undefined || !/\d+\.\d+\.\d+/.test(version)) return undefined;
  const target = /\b(?:80x86|x86|x64|ARM64EC|ARM64|ARM)\b/i.exec(version)?.[0];
  if (target === undefined) return undefined;
  const includeFolders = { quote: [], angle: [], missing: [], frameworks: [] };
  return { includeFolders, programs: [], beside: PARTS, configFiles: [], target, version };
}
