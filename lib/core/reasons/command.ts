import type { ReasonRows } from "./rows.ts";

/** Would be wrong or useless to cache, which the command itself tells before anything runs. */
export const COMMAND_REASONS = {
  "unknown-option": {
    code: 40,
    text: "an option whose effect is not known",
    remedy: "remove the option, or report it: it is not known to be safe",
  },
  "unsupported-language": {
    code: 41,
    text: "a source language that is not cached",
    remedy: "nothing yet: sources of this language are compiled each time",
  },
  "stdin-source": {
    code: 42,
    text: "the source comes from standard input, or from a descriptor that the tool was given",
    remedy: "write the source to a file and compile that",
  },
  "stdout-output": {
    code: 43,
    text: "the output goes to standard output",
    remedy: "name an output file: -o FILE",
  },
  "special-output": {
    code: 44,
    text: "the output is a device, a pipe, a link, a directory or the source itself",
    remedy: "let the output be a regular file, and move or link it afterwards",
  },
  "save-temps": {
    code: 45,
    text: "intermediate files are kept (-save-temps)",
    remedy: "leave out -save-temps where the intermediate files are not needed",
  },
  "compiler-dump": {
    code: 46,
    text: "the compiler dumps its state (-fdump…, -d…)",
    remedy: "leave out the dump option where the dump is not needed",
  },
  "plugin": {
    code: 47,
    text: "a compiler plug-in may do anything",
    remedy: "compile without the plug-in what does not need it",
  },
  "time-trace": {
    code: 48,
    text: "the output holds timings",
    remedy: "leave out -ftime-trace where the timings are not needed",
  },
  "profile-use": {
    code: 49,
    text: "profile data whose file is not named",
    remedy: "nothing for gcc; for clang name the file: -fprofile-use=FILE",
  },
  "coverage-data": {
    code: 50,
    text: "coverage notes that name no fixed file",
    remedy: "leave out the option where coverage is not measured",
  },
  "pch-output": {
    code: 51,
    text: "a precompiled header is made",
    remedy: "nothing: the header is precompiled each time; units that use it may be cached",
  },
  "pch-input": {
    code: 52,
    text: "a precompiled header that checks time stamps is used",
    remedy: "compile without the precompiled header: hits are faster than it is",
  },
  "modules": {
    code: 53,
    text: "C++ or Clang modules",
    remedy: "nothing yet: units that import or export modules are compiled each time",
  },
  "several-architectures": {
    code: 54,
    text: "several -arch options",
    remedy: "compile each architecture with a command of its own",
  },
  "compile-database": {
    code: 55,
    text: "a compilation database fragment is written (-MJ)",
    remedy: "have the build system write compile_commands.json instead of -MJ",
  },
  "missing-headers-allowed": {
    code: 56,
    text: "missing headers are allowed (-MG)",
    remedy: "generate the headers before the compile, and leave out -MG",
  },
  "depfile-target": {
    code: 57,
    text: "the dependency file's place or form is not one we can give back",
    remedy: "write the dependency file to a regular file of its own: -MD -MF FILE",
  },
  "external-assembler": {
    code: 58,
    text: "an external assembler runs under clang",
    remedy: "leave out -fno-integrated-as, or call the assembler by itself",
  },
  "response-file": {
    code: 59,
    text: "a response file that can't be read or expanded",
    remedy: "make the response file readable, in UTF-8, and not nested without end",
  },
  "opaque-wrapper": {
    code: 60,
    text: "the compiler is a script that may do anything",
    remedy: "put zccache before the real compiler inside the script, or name the compiler directly",
  },
  "random": {
    code: 61,
    text: "the output is different each time",
    remedy: "have the compiler write the debug information (-g) and not the assembler (-Wa,-g)",
  },
  "not-utf8": {
    code: 62,
    text: "an argument, a path or the folder is not UTF-8",
    remedy: "give arguments, paths and the folder UTF-8 names",
  },
  "environment": {
    code: 63,
    text: "an environment variable makes the compiler do more",
    remedy: "unset the variable that is named",
  },
  "too-large": {
    code: 64,
    text: "the command, its output or its messages are too large",
    remedy: "split the command, or silence the compiler's messages",
  },
  "shared-messages": {
    code: 65,
    text: "messages of several sources compiled at once, whose order or owner is not known",
    remedy: "compile the sources that have messages with commands of their own",
  },
  "response-file-cycle": {
    code: 66,
    text: "a response file that names itself",
    remedy: "take the name of the file, or of one that names it, out of the response file",
  },
  "strict-paths": {
    code: 70,
    text: "a path flag is not spelled as --strict-paths demands",
    remedy: "spell the flag as the message says, or ask for less by ZCCACHE_STRICT_PATHS",
  },
  "odd-path": {
    code: 115,
    text: "on Windows: a path with backslashes, or one that depends on a drive's current folder",
    remedy: "write paths with slashes, and a slash behind a drive's colon",
  },
  "shared-pdb": {
    code: 193,
    text: "debug information goes to a file that several compiles write to (/Zi, /ZI, /Zf)",
    remedy: "keep it in the objects: /Z7, CMAKE_MSVC_DEBUG_INFORMATION_FORMAT=Embedded",
  },
  "includes-not-listed": {
    code: 194,
    text: "Microsoft's compiler is not asked for what it includes",
    remedy: "add /showIncludes, as CMake does for ninja",
  },
} as const satisfies ReasonRows;
