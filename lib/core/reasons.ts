/**
 * Every reason why a command was not answered from the cache. Counters, journal lines, `status`, `why` and the
 * manual read this table and nothing else. Codes go over the wire and into journals: they are never reused.
 *
 * Groups: `bypass` = not a thing we cache, `uncacheable` = would be wrong or useless to cache,
 * `miss` = cacheable, but no valid entry, `fault` = something of ours went wrong.
 */
export const REASONS = {
  // miss
  "first-seen": { code: 1, group: "miss", text: "no earlier compile with this command" },
  "input-changed": { code: 2, group: "miss", text: "an input file changed" },
  "input-shadowed": { code: 3, group: "miss", text: "a new file hides or adds an included one" },
  "result-gone": { code: 4, group: "miss", text: "the stored result was evicted or damaged" },
  // bypass
  "disabled": { code: 20, group: "bypass", text: "zccache is switched off by ZCCACHE_DISABLE" },
  "unknown-tool": { code: 21, group: "bypass", text: "the program is not a tool zccache knows" },
  "no-compile": { code: 22, group: "bypass", text: "the command compiles nothing" },
  "called-for-link": { code: 23, group: "bypass", text: "the command links" },
  "preprocess-only": { code: 24, group: "bypass", text: "the command only preprocesses (-E)" },
  "deps-only": { code: 25, group: "bypass", text: "the command only lists dependencies (-M, -MM)" },
  "syntax-only": { code: 26, group: "bypass", text: "the command only checks (-fsyntax-only)" },
  "information": { code: 27, group: "bypass", text: "the command only prints information" },
  "multiple-sources": { code: 28, group: "bypass", text: "the command compiles several sources at once" },
  // uncacheable by its arguments
  "unknown-option": { code: 40, group: "uncacheable", text: "an option whose effect is not known" },
  "unsupported-language": { code: 41, group: "uncacheable", text: "a source language that is not cached" },
  "stdin-source": { code: 42, group: "uncacheable", text: "the source comes from standard input" },
  "stdout-output": { code: 43, group: "uncacheable", text: "the output goes to standard output" },
  "special-output": {
    code: 44,
    group: "uncacheable",
    text: "the output is a device, a pipe, a link or a directory",
  },
  "save-temps": { code: 45, group: "uncacheable", text: "intermediate files are kept (-save-temps)" },
  "compiler-dump": { code: 46, group: "uncacheable", text: "the compiler dumps its state (-fdump…, -d…)" },
  "plugin": { code: 47, group: "uncacheable", text: "a compiler plug-in may do anything" },
  "time-trace": { code: 48, group: "uncacheable", text: "the output holds timings" },
  "profile-use": { code: 49, group: "uncacheable", text: "profile data whose file is not named" },
  "coverage-data": { code: 50, group: "uncacheable", text: "coverage notes that name no fixed file" },
  "pch-output": { code: 51, group: "uncacheable", text: "a precompiled header is made" },
  "pch-input": {
    code: 52,
    group: "uncacheable",
    text: "a precompiled header that checks time stamps is used",
  },
  "modules": { code: 53, group: "uncacheable", text: "C++ or Clang modules" },
  "several-architectures": { code: 54, group: "uncacheable", text: "several -arch options" },
  "compile-database": {
    code: 55,
    group: "uncacheable",
    text: "a compilation database fragment is written (-MJ)",
  },
  "missing-headers-allowed": { code: 56, group: "uncacheable", text: "missing headers are allowed (-MG)" },
  "depfile-target": {
    code: 57,
    group: "uncacheable",
    text: "the dependency file's place or form is not one we can give back",
  },
  "external-assembler": { code: 58, group: "uncacheable", text: "an external assembler runs under clang" },
  "response-file": { code: 59, group: "uncacheable", text: "a response file that can't be read or expanded" },
  "opaque-wrapper": { code: 60, group: "uncacheable", text: "the compiler is a script that may do anything" },
  "random": { code: 61, group: "uncacheable", text: "the output is different each time" },
  "not-utf8": { code: 62, group: "uncacheable", text: "an argument, a path or the folder is not UTF-8" },
  "environment": {
    code: 63,
    group: "uncacheable",
    text: "an environment variable makes the compiler do more",
  },
  "too-large": {
    code: 64,
    group: "uncacheable",
    text: "the command, its output or its messages are too large",
  },
  // uncacheable by what the tool did
  "date-or-time": {
    code: 80,
    group: "uncacheable",
    text: "an input uses __DATE__, __TIME__ or __TIMESTAMP__",
  },
  "assembler-include": {
    code: 81,
    group: "uncacheable",
    text: "an input includes files through the assembler (.incbin, .include)",
  },
  "computed-has-include": {
    code: 82,
    group: "uncacheable",
    text: "an input asks __has_include for a computed name",
  },
  "input-changed-during-run": { code: 83, group: "uncacheable", text: "an input changed while the tool ran" },
  "input-missing": { code: 84, group: "uncacheable", text: "an input the tool named is not there" },
  "input-not-regular": { code: 85, group: "uncacheable", text: "an input is not a regular file" },
  "no-dependencies": { code: 86, group: "uncacheable", text: "the tool wrote no dependency list" },
  "tool-failed": { code: 87, group: "uncacheable", text: "the tool failed" },
  "tool-signalled": { code: 88, group: "uncacheable", text: "the tool was ended by a signal" },
  "output-missing": { code: 89, group: "uncacheable", text: "the tool wrote no output" },
  "output-changed": { code: 90, group: "uncacheable", text: "an output changed before it could be kept" },
  "mixed-streams": {
    code: 91,
    group: "uncacheable",
    text: "messages on both streams, whose order is not known",
  },
  "toolchain-unknown": { code: 92, group: "uncacheable", text: "the compiler could not be identified" },
  "toolchain-changed": { code: 93, group: "uncacheable", text: "the compiler changed while it ran" },
  "line-directive": {
    code: 95,
    group: "uncacheable",
    text: "messages may quote a file that only a #line directive names",
  },
  "client-gone": { code: 94, group: "uncacheable", text: "the caller ended before it reported" },
  // fault
  "daemon-fault": { code: 110, group: "fault", text: "unexpected error in the daemon" },
  "store-fault": { code: 111, group: "fault", text: "the store could not be read or written" },
  "version-mismatch": { code: 112, group: "fault", text: "launcher and daemon are of different versions" },
  "shutting-down": { code: 113, group: "fault", text: "the daemon is leaving" },
  "bad-request": { code: 114, group: "fault", text: "the request was malformed" },
} as const satisfies Record<
  string,
  { code: number; group: "bypass" | "uncacheable" | "miss" | "fault"; text: string }
>;

/** A reason's stable name. */
export type Reason = keyof typeof REASONS;

/** Why a command is not cached: the reason, and the thing it is about (an option, a file). */
export interface Uncacheable {
  readonly kind: "uncacheable";
  readonly reason: Reason;
  readonly detail?: string;
}

/** Makes an `Uncacheable`. */
export function uncacheable(reason: Reason, detail?: string): Uncacheable {
  return detail === undefined ? { kind: "uncacheable", reason } : { kind: "uncacheable", reason, detail };
}
