import type { Reason } from "../../core/mod.ts";

/** What a source is, in the words of `-x`. */
export type Language =
  | "c"
  | "c++"
  | "objective-c"
  | "objective-c++"
  | "assembler"
  | "assembler-with-cpp";

/** A language, or why sources in it are not cached. */
export type LanguageOrReason = { readonly language: Language } | { readonly refuse: Reason };

const REFUSED = {
  header: { refuse: "pch-output" },
  module: { refuse: "modules" },
  other: { refuse: "unsupported-language" },
} as const;

const C = { language: "c" } as const;
const CXX = { language: "c++" } as const;

/**
 * By file name. Preprocessed sources (.i, .ii) are refused: messages quote the files that their line markers name, which
 * nothing else says are inputs.
 */
const BY_EXTENSION: Readonly<Record<string, LanguageOrReason>> = {
  c: C,
  cc: CXX,
  cp: CXX,
  cxx: CXX,
  cpp: CXX,
  CPP: CXX,
  CXX: CXX,
  "c++": CXX,
  "C++": CXX,
  C: CXX,
  m: { language: "objective-c" },
  mm: { language: "objective-c++" },
  M: { language: "objective-c++" },
  s: { language: "assembler" },
  S: { language: "assembler-with-cpp" },
  sx: { language: "assembler-with-cpp" },
  ...spread(["h", "hh", "H", "hp", "hxx", "hpp", "HPP", "h++", "tcc", "hmm"], REFUSED.header),
  ...spread(["cppm", "ccm", "cxxm", "c++m", "ixx", "iim", "pcm", "cmi"], REFUSED.module),
  ...spread(
    ["i", "ii", "mi", "mii", "bc", "ll", "ast", "cu", "cui", "hip", "hipi", "cl", "clcpp"],
    REFUSED.other,
  ),
  ...spread(["f", "for", "ftn", "F", "FOR", "fpp", "FPP", "FTN", "f90", "f95", "f03", "f08"], REFUSED.other),
  ...spread(
    ["F90", "F95", "F03", "F08", "ads", "adb", "d", "di", "dd", "go", "mod", "rs", "swift"],
    REFUSED.other,
  ),
};

const BY_WORD: Readonly<Record<string, LanguageOrReason>> = {
  "c": C,
  "c++": CXX,
  "objective-c": { language: "objective-c" },
  "objective-c++": { language: "objective-c++" },
  "assembler": { language: "assembler" },
  "assembler-with-cpp": { language: "assembler-with-cpp" },
  ...spread(["c-header", "c++-header", "objective-c-header", "objective-c++-header"], REFUSED.header),
  ...spread(["c++-system-header", "c++-user-header", "c++-header-unit-header"], REFUSED.header),
  ...spread(["c++-module"], REFUSED.module),
};

function spread(names: readonly string[], value: LanguageOrReason): Record<string, LanguageOrReason> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/**
 * The language of an input file.
 *
 * @param word the value of `-x` in force, "none" if none is
 * @param cxxDriver whether the driver is g++ or clang++, which take `.c` for C++
 * @return undefined if the file is no source (an object, an archive, an unknown ending)
 */
export function languageOf(path: string, word: string, cxxDriver: boolean): LanguageOrReason | undefined {
  if (word !== "none") return lookUp(BY_WORD, word) ?? REFUSED.other;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  if (dot < 0) return undefined;
  const found = lookUp(BY_EXTENSION, name.slice(dot + 1));
  return found === C && cxxDriver ? CXX : found;
}

function lookUp(
  table: Readonly<Record<string, LanguageOrReason>>,
  name: string,
): LanguageOrReason | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
