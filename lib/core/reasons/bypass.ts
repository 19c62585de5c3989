import type { ReasonRows } from "./rows.ts";

/** Not a thing we cache. */
export const BYPASS_REASONS = {
  "unknown-tool": {
    code: 21,
    text: "the program is not a tool zccache knows",
    remedy: "call a compiler that the manual lists, by its usual name",
  },
  "no-compile": {
    code: 22,
    text: "the command compiles nothing",
    remedy: "nothing: there is no compile to keep",
  },
  "called-for-link": {
    code: 23,
    text: "the command links",
    remedy: "nothing to gain for the link; compile with -c and link apart, so that the compile can be cached",
  },
  "preprocess-only": {
    code: 24,
    text: "the command only preprocesses (-E)",
    remedy: "nothing: preprocessing costs about what a look-up costs",
  },
  "deps-only": {
    code: 25,
    text: "the command only lists dependencies (-M, -MM)",
    remedy: "have the compile itself write the dependencies: -MD -MF FILE instead of a run with -M",
  },
  "syntax-only": {
    code: 26,
    text: "the command only checks (-fsyntax-only)",
    remedy: "nothing: no file is made that could be kept",
  },
  "information": {
    code: 27,
    text: "the command only prints information",
    remedy: "nothing: the answer is not a compile",
  },
  "multiple-sources": {
    code: 28,
    text: "several sources are compiled at once into files that can't be told apart",
    remedy: "give each source an output and a dependency file of its own, or a command of its own",
  },
  "tool-not-known-yet": {
    code: 116,
    text: "the tool was still being identified, which takes its time once",
    remedy: "nothing: it is known by now, and the next command is served",
  },
  "other-root-folder": {
    code: 210,
    text:
      "the daemon was started where other files stand under the same names: outside (or in another) container, " +
      "chroot or mount namespace",
    remedy:
      "give each such place a cache of its own with ZCCACHE_CACHE_DIR; a daemon that nobody else has asked for " +
      "a minute makes room by itself",
  },
} as const satisfies ReasonRows;
