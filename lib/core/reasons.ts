/**
 * Every reason why a command was not answered from the cache. Counters, journal lines, `status`, `why` and the
 * manual read this table and nothing else. Codes go over the wire and into journals: they are never reused.
 *
 * `remedy` says what the user can do about it, as the end of a sentence.
 *
 * Groups: `bypass` = not a thing we cache, `uncacheable` = would be wrong or useless to cache,
 * `miss` = cacheable, but no valid entry, `fault` = something of ours went wrong.
 */
export const REASONS = {
  // miss
  "first-seen": {
    code: 1,
    group: "miss",
    text: "no earlier compile with this command",
    remedy: "nothing: the result is kept, the next compile with this command is a hit",
  },
  "input-changed": {
    code: 2,
    group: "miss",
    text: "an input file changed",
    remedy: "nothing: the edit calls for a compile; a header that costs many units may be worth splitting",
  },
  "input-shadowed": {
    code: 3,
    group: "miss",
    text: "a new file hides or adds an included one",
    remedy:
      "remove the file that is found first if it is not meant, or put its folder later on the include path",
  },
  "result-gone": {
    code: 4,
    group: "miss",
    text: "the stored result was evicted or damaged",
    remedy:
      "raise ZCCACHE_CACHE_SIZE_BYTES or ZCCACHE_CACHE_SIZE_PERCENT if results are evicted before they are used again",
  },
  "command-changed": {
    code: 5,
    group: "miss",
    text: "an argument, a variable or the folder differs from the last compile of this file",
    remedy: "nothing if it was meant; else let both builds call the compiler in the same way",
  },
  "tool-changed": {
    code: 6,
    group: "miss",
    text: "the compiler is another one than for the last compile of this file",
    remedy: "nothing if it was meant; else check which compiler PATH finds first",
  },
  // bypass
  "disabled": {
    code: 20,
    group: "bypass",
    text: "zccache is switched off by ZCCACHE_DISABLE",
    remedy: "unset ZCCACHE_DISABLE",
  },
  "unknown-tool": {
    code: 21,
    group: "bypass",
    text: "the program is not a tool zccache knows",
    remedy: "call a compiler that the manual lists, by its usual name",
  },
  "no-compile": {
    code: 22,
    group: "bypass",
    text: "the command compiles nothing",
    remedy: "nothing: there is no compile to keep",
  },
  "called-for-link": {
    code: 23,
    group: "bypass",
    text: "the command links",
    remedy: "nothing to gain for the link; compile with -c and link apart, so that the compile can be cached",
  },
  "preprocess-only": {
    code: 24,
    group: "bypass",
    text: "the command only preprocesses (-E)",
    remedy: "nothing: preprocessing costs about what a look-up costs",
  },
  "deps-only": {
    code: 25,
    group: "bypass",
    text: "the command only lists dependencies (-M, -MM)",
    remedy: "have the compile itself write the dependencies: -MD -MF FILE instead of a run with -M",
  },
  "syntax-only": {
    code: 26,
    group: "bypass",
    text: "the command only checks (-fsyntax-only)",
    remedy: "nothing: no file is made that could be kept",
  },
  "information": {
    code: 27,
    group: "bypass",
    text: "the command only prints information",
    remedy: "nothing: the answer is not a compile",
  },
  "multiple-sources": {
    code: 28,
    group: "bypass",
    text: "several sources are compiled at once into files that can't be told apart",
    remedy: "give each source an output and a dependency file of its own, or a command of its own",
  },
  // why results stay with one checkout; the command is cached all the same
  "git_root_unavailable": {
    code: 71,
    group: "miss",
    text: "not shared: no Git checkout around the command, and no ZCCACHE_WORKTREE_ROOT",
    remedy: "set ZCCACHE_WORKTREE_ROOT to the folder that differs between the checkouts",
  },
  "path_outside_root": {
    code: 72,
    group: "miss",
    text: "not shared: the source is outside of the checkout",
    remedy: "set ZCCACHE_WORKTREE_ROOT to a folder that holds the source too",
  },
  "path_sensitive_arg": {
    code: 73,
    group: "miss",
    text: "not shared: an option, a variable or the result itself holds the checkout's path",
    remedy: "give the path relative to the checkout, or leave the option out",
  },
  "content_hash_mismatch": {
    code: 74,
    group: "miss",
    text: "not shared: another checkout has the same command with other file contents",
    remedy: "nothing: the checkouts differ in what the command reads",
  },
  "toolchain_mismatch": {
    code: 75,
    group: "miss",
    text: "not shared: another checkout uses another compiler, or this one can't leave paths out",
    remedy: "use the same compiler in both; gcc shares from version 8 on, clang from 13 on",
  },
  "unsupported_language": {
    code: 76,
    group: "miss",
    text: "not shared: the language is none whose results can be freed of paths",
    remedy: "nothing: C, C++ and Objective-C are shared",
  },
  // uncacheable by its arguments
  "unknown-option": {
    code: 40,
    group: "uncacheable",
    text: "an option whose effect is not known",
    remedy: "remove the option, or report it: it is not known to be safe",
  },
  "unsupported-language": {
    code: 41,
    group: "uncacheable",
    text: "a source language that is not cached",
    remedy: "nothing yet: sources of this language are compiled each time",
  },
  "stdin-source": {
    code: 42,
    group: "uncacheable",
    text: "the source comes from standard input",
    remedy: "write the source to a file and compile that",
  },
  "stdout-output": {
    code: 43,
    group: "uncacheable",
    text: "the output goes to standard output",
    remedy: "name an output file: -o FILE",
  },
  "special-output": {
    code: 44,
    group: "uncacheable",
    text: "the output is a device, a pipe, a link or a directory",
    remedy: "let the output be a regular file, and move or link it afterwards",
  },
  "save-temps": {
    code: 45,
    group: "uncacheable",
    text: "intermediate files are kept (-save-temps)",
    remedy: "leave out -save-temps where the intermediate files are not needed",
  },
  "compiler-dump": {
    code: 46,
    group: "uncacheable",
    text: "the compiler dumps its state (-fdump…, -d…)",
    remedy: "leave out the dump option where the dump is not needed",
  },
  "plugin": {
    code: 47,
    group: "uncacheable",
    text: "a compiler plug-in may do anything",
    remedy: "compile without the plug-in what does not need it",
  },
  "time-trace": {
    code: 48,
    group: "uncacheable",
    text: "the output holds timings",
    remedy: "leave out -ftime-trace where the timings are not needed",
  },
  "profile-use": {
    code: 49,
    group: "uncacheable",
    text: "profile data whose file is not named",
    remedy: "nothing for gcc; for clang name the file: -fprofile-use=FILE",
  },
  "coverage-data": {
    code: 50,
    group: "uncacheable",
    text: "coverage notes that name no fixed file",
    remedy: "leave out the option where coverage is not measured",
  },
  "pch-output": {
    code: 51,
    group: "uncacheable",
    text: "a precompiled header is made",
    remedy: "nothing: the header is precompiled each time; units that use it may be cached",
  },
  "pch-input": {
    code: 52,
    group: "uncacheable",
    text: "a precompiled header that checks time stamps is used",
    remedy: "compile without the precompiled header: hits are faster than it is",
  },
  "modules": {
    code: 53,
    group: "uncacheable",
    text: "C++ or Clang modules",
    remedy: "nothing yet: units that import or export modules are compiled each time",
  },
  "several-architectures": {
    code: 54,
    group: "uncacheable",
    text: "several -arch options",
    remedy: "compile each architecture with a command of its own",
  },
  "compile-database": {
    code: 55,
    group: "uncacheable",
    text: "a compilation database fragment is written (-MJ)",
    remedy: "have the build system write compile_commands.json instead of -MJ",
  },
  "missing-headers-allowed": {
    code: 56,
    group: "uncacheable",
    text: "missing headers are allowed (-MG)",
    remedy: "generate the headers before the compile, and leave out -MG",
  },
  "depfile-target": {
    code: 57,
    group: "uncacheable",
    text: "the dependency file's place or form is not one we can give back",
    remedy: "write the dependency file to a regular file of its own: -MD -MF FILE",
  },
  "external-assembler": {
    code: 58,
    group: "uncacheable",
    text: "an external assembler runs under clang",
    remedy: "leave out -fno-integrated-as, or call the assembler by itself",
  },
  "response-file": {
    code: 59,
    group: "uncacheable",
    text: "a response file that can't be read or expanded",
    remedy: "make the response file readable, in UTF-8, and not nested without end",
  },
  "opaque-wrapper": {
    code: 60,
    group: "uncacheable",
    text: "the compiler is a script that may do anything",
    remedy: "put zccache before the real compiler inside the script, or name the compiler directly",
  },
  "random": {
    code: 61,
    group: "uncacheable",
    text: "the output is different each time",
    remedy: "have the compiler write the debug information (-g) and not the assembler (-Wa,-g)",
  },
  "not-utf8": {
    code: 62,
    group: "uncacheable",
    text: "an argument, a path or the folder is not UTF-8",
    remedy: "give arguments, paths and the folder UTF-8 names",
  },
  "environment": {
    code: 63,
    group: "uncacheable",
    text: "an environment variable makes the compiler do more",
    remedy: "unset the variable that is named",
  },
  "too-large": {
    code: 64,
    group: "uncacheable",
    text: "the command, its output or its messages are too large",
    remedy: "split the command, or silence the compiler's messages",
  },
  "strict-paths": {
    code: 70,
    group: "uncacheable",
    text: "a path flag is not spelled as --strict-paths demands",
    remedy: "spell the flag as the message says, or ask for less by ZCCACHE_STRICT_PATHS",
  },
  "response-file-cycle": {
    code: 66,
    group: "uncacheable",
    text: "a response file that names itself",
    remedy: "take the name of the file, or of one that names it, out of the response file",
  },
  "shared-messages": {
    code: 65,
    group: "uncacheable",
    text: "messages of several sources compiled at once, whose order or owner is not known",
    remedy: "compile the sources that have messages with commands of their own",
  },
  // uncacheable by what the tool did
  "date-or-time": {
    code: 80,
    group: "uncacheable",
    text: "an input uses __DATE__, __TIME__ or __TIMESTAMP__",
    remedy: "take the date from a file or a -D option, or set SOURCE_DATE_EPOCH (gcc 7, clang 16 and later)",
  },
  "assembler-include": {
    code: 81,
    group: "uncacheable",
    text: "an input includes files through the assembler (.incbin, .include)",
    remedy: "include the bytes by the preprocessor (#embed, a generated array) instead of .incbin",
  },
  "computed-has-include": {
    code: 82,
    group: "uncacheable",
    text: "an input asks __has_include for a computed name",
    remedy: "ask __has_include for a name that stands there literally",
  },
  "input-changed-during-run": {
    code: 83,
    group: "uncacheable",
    text: "an input changed while the tool ran",
    remedy: "finish generating and editing files before the compile starts; the next compile is kept",
  },
  "input-missing": {
    code: 84,
    group: "uncacheable",
    text: "an input the tool named is not there",
    remedy: "let the build keep its generated files until the compile has ended",
  },
  "input-not-regular": {
    code: 85,
    group: "uncacheable",
    text: "an input is not a regular file",
    remedy: "let the input be a regular file",
  },
  "no-dependencies": {
    code: 86,
    group: "uncacheable",
    text: "the tool wrote no dependency list",
    remedy: "remove what keeps the compiler from writing its dependency list (wrappers, full disk)",
  },
  "tool-failed": {
    code: 87,
    group: "uncacheable",
    text: "the tool failed",
    remedy: "fix the error: failed runs are never kept",
  },
  "tool-signalled": {
    code: 88,
    group: "uncacheable",
    text: "the tool was ended by a signal",
    remedy: "find out why the tool was killed; running out of memory is a common reason",
  },
  "output-missing": {
    code: 89,
    group: "uncacheable",
    text: "the tool wrote no output",
    remedy: "check the output path; the tool said that it worked and left nothing there",
  },
  "output-changed": {
    code: 90,
    group: "uncacheable",
    text: "an output changed before it could be kept",
    remedy: "let nothing write the output (strip, copy) until the compile has ended",
  },
  "mixed-streams": {
    code: 91,
    group: "uncacheable",
    text: "messages on both streams, whose order is not known",
    remedy: "silence the messages on one of the two streams",
  },
  "toolchain-unknown": {
    code: 92,
    group: "uncacheable",
    text: "the compiler could not be identified",
    remedy: "check that the compiler runs by itself: COMPILER -v",
  },
  "toolchain-changed": {
    code: 93,
    group: "uncacheable",
    text: "the compiler changed while it ran",
    remedy: "compile again: the compiler was being installed",
  },
  "line-directive": {
    code: 95,
    group: "uncacheable",
    text: "messages may quote a file that only a #line directive names",
    remedy: "fix the warnings, or generate without #line",
  },
  "twin-headers": {
    code: 103,
    group: "uncacheable",
    text: "two headers of the same content that are read once may count as one or as two",
    remedy:
      "keep one of the two, let one be a link to the other, or use include guards instead of #pragma once",
  },
  "client-gone": {
    code: 94,
    group: "uncacheable",
    text: "the caller ended before it reported",
    remedy: "nothing: the build was interrupted",
  },
  "not-observed": {
    code: 96,
    group: "uncacheable",
    text: "what the tool reads and writes could not be observed",
    remedy: "the detail says why: links and their kin need Linux 5.9 or newer and programs of its own kind",
  },
  "input-rewritten": {
    code: 97,
    group: "uncacheable",
    text: "the tool changed or removed a file that it had read, or that was there before",
    remedy: "let the tool write to a file of its own",
  },
  "spoke-to-others": {
    code: 98,
    group: "uncacheable",
    text: "the tool spoke to another process or machine, whose answers are not known",
    remedy: "nothing: what others answer can change at any time",
  },
  "output-time": {
    code: 99,
    group: "uncacheable",
    text: "the output holds the time of its making",
    remedy: "set SOURCE_DATE_EPOCH, or ask for an output without it: -Wl,--no-insert-timestamp, ar without U",
  },
  // Rust
  "linked-crate": {
    code: 120,
    group: "uncacheable",
    text: "the crate is linked, and what the linker reads is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "no-crate-name": {
    code: 121,
    group: "uncacheable",
    text: "the command does not say the crate's name or type",
    remedy: "give --crate-name and --crate-type, as cargo does",
  },
  "unknown-crate": {
    code: 122,
    group: "uncacheable",
    text: "a crate that is depended on was compiled without zccache",
    remedy: "build once from an empty target folder",
  },
  "native-library": {
    code: 123,
    group: "uncacheable",
    text: "a native library may be bundled, and where it is found is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "unsupported-target": {
    code: 124,
    group: "uncacheable",
    text: "a target whose output files' names are not known",
    remedy: "nothing: the compile runs as without zccache",
  },
  "macro-reads": {
    code: 125,
    group: "uncacheable",
    text: "macros run, and what they read is not known",
    remedy: "nothing, where runs can't be observed",
  },
  "excluded-crate": {
    code: 126,
    group: "uncacheable",
    text: "the crate is named by ZCCACHE_RUST_EXCLUDE",
    remedy: "take the crate's name out of ZCCACHE_RUST_EXCLUDE",
  },
  // fault
  "daemon-fault": {
    code: 110,
    group: "fault",
    text: "unexpected error in the daemon",
    remedy: "see zccache crashes and ROOT/logs/daemon.log, and report it",
  },
  "store-fault": {
    code: 111,
    group: "fault",
    text: "the store could not be read or written",
    remedy: "see that the volume has room and the cache root can be written; zccache doctor checks both",
  },
  "version-mismatch": {
    code: 112,
    group: "fault",
    text: "launcher and daemon are of different versions",
    remedy: "zccache stop ends the old daemon; zccache doctor looks for several installations",
  },
  "shutting-down": {
    code: 113,
    group: "fault",
    text: "the daemon is leaving",
    remedy: "nothing: the next compile starts a daemon",
  },
  "bad-request": {
    code: 114,
    group: "fault",
    text: "the request was malformed",
    remedy: "zccache doctor looks for several installations; report it if there is one only",
  },
  "tool-not-known-yet": {
    code: 116,
    group: "bypass",
    text: "the tool was still being identified, which takes its time once",
    remedy: "nothing: it is known by now, and the next command is served",
  },
  "odd-path": {
    code: 115,
    group: "uncacheable",
    text: "on Windows: a path with backslashes, or one that depends on a drive's current folder",
    remedy: "write paths with slashes, and a slash behind a drive's colon",
  },
} as const satisfies Record<
  string,
  { code: number; group: "bypass" | "uncacheable" | "miss" | "fault"; text: string; remedy: string }
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
