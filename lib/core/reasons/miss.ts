import type { ReasonRows } from "./rows.ts";

/** Cacheable, but no valid entry. */
export const MISS_REASONS = {
  "first-seen": {
    code: 1,
    text: "no earlier compile with this command",
    remedy: "nothing: the result is kept, the next compile with this command is a hit",
  },
  "input-changed": {
    code: 2,
    text: "an input file changed",
    remedy: "nothing: the edit calls for a compile; a header that costs many units may be worth splitting",
  },
  "input-shadowed": {
    code: 3,
    text: "a new file hides or adds an included one",
    remedy:
      "remove the file that is found first if it is not meant, or put its folder later on the include path",
  },
  "result-gone": {
    code: 4,
    text: "the stored result was evicted or damaged",
    remedy:
      "raise ZCCACHE_CACHE_SIZE_BYTES or ZCCACHE_CACHE_SIZE_PERCENT if results are evicted before they are used again",
  },
  "command-changed": {
    code: 5,
    text: "an argument, a variable or the folder differs from the last compile of this file",
    remedy: "nothing if it was meant; else let both builds call the compiler in the same way",
  },
  "tool-changed": {
    code: 6,
    text: "the compiler is another one than for the last compile of this file",
    remedy: "nothing if it was meant; else check which compiler PATH finds first",
  },
} as const satisfies ReasonRows;
