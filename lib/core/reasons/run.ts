import type { ReasonRows } from "./rows.ts";

/** Would be wrong or useless to cache, by what the tool read, wrote or said. */
export const RUN_REASONS = {
  "date-or-time": {
    code: 80,
    text: "an input uses __DATE__, __TIME__ or __TIMESTAMP__, or compares times (#pragma GCC dependency)",
    remedy: "take the date from a file or a -D option, or set SOURCE_DATE_EPOCH (gcc 7, clang 16 and later)",
  },
  "assembler-include": {
    code: 81,
    text: "an input includes files through the assembler (.incbin, .include)",
    remedy:
      "include the bytes by the language (#embed, include_bytes!, a generated array) instead of .incbin",
  },
  "computed-has-include": {
    code: 82,
    text: "an input asks __has_include for a computed name",
    remedy: "ask __has_include for a name that stands there literally",
  },
  "input-changed-during-run": {
    code: 83,
    text: "an input changed while the tool ran, or just after, before it was looked at",
    remedy: "let files be from before the compile until a moment after it; the next compile is kept",
  },
  "input-missing": {
    code: 84,
    text: "an input the tool named is not there",
    remedy: "let the build keep its generated files until the compile has ended",
  },
  "input-not-regular": {
    code: 85,
    text: "an input is not a regular file",
    remedy: "let the input be a regular file",
  },
  "no-dependencies": {
    code: 86,
    text: "the tool wrote no dependency list",
    remedy: "remove what keeps the compiler from writing its dependency list (wrappers, full disk)",
  },
  "tool-failed": {
    code: 87,
    text: "the tool failed",
    remedy: "fix the error: failed runs are never kept",
  },
  "tool-signalled": {
    code: 88,
    text: "the tool was ended by a signal",
    remedy: "find out why the tool was killed; running out of memory is a common reason",
  },
  "output-missing": {
    code: 89,
    text: "the tool wrote no output",
    remedy: "check the output path; the tool said that it worked and left nothing there",
  },
  "mixed-streams": {
    code: 91,
    text: "messages on both streams, whose order is not known",
    remedy: "silence the messages on one of the two streams",
  },
  "toolchain-unknown": {
    code: 92,
    text: "the compiler could not be identified",
    remedy: "check that the compiler runs by itself: COMPILER -v",
  },
  "toolchain-changed": {
    code: 93,
    text: "the compiler changed while it ran",
    remedy: "compile again: the compiler was being installed",
  },
  "client-gone": {
    code: 94,
    text: "the caller ended before it reported",
    remedy: "nothing: the build was interrupted",
  },
  "line-directive": {
    code: 95,
    text: "messages may quote a file that only a #line directive names",
    remedy: "fix the warnings, or generate without #line",
  },
  "not-observed": {
    code: 96,
    text: "what the tool reads and writes could not be observed",
    remedy: "the detail says why: links and their kin need Linux 5.9 or newer and programs of its own kind",
  },
  "input-rewritten": {
    code: 97,
    text: "the tool changed or removed a file that it had read, or that was there before",
    remedy: "let the tool write to a file of its own",
  },
  "spoke-to-others": {
    code: 98,
    text: "the tool spoke to another process or machine, whose answers are not known",
    remedy: "nothing: what others answer can change at any time",
  },
  "output-time": {
    code: 99,
    text: "the output holds the time of its making",
    remedy: "set SOURCE_DATE_EPOCH, or ask for an output without it: -Wl,--no-insert-timestamp, ar without U",
  },
  "twin-headers": {
    code: 103,
    text: "two headers of the same content that are read once may count as one or as two",
    remedy:
      "keep one of the two, let one be a link to the other, or use include guards instead of #pragma once",
  },
  "type-library": {
    code: 195,
    text: "Microsoft's compiler makes headers of a type library (#import)",
    remedy: "nothing yet: what it makes and reads on the way is not listed",
  },
  "output-overwritten": {
    code: 215,
    text: "another command wrote an output at the same time, or right after, before it was copied",
    remedy: "let commands that may run at once write to files of their own; the next one alone is kept",
  },
} as const satisfies ReasonRows;
