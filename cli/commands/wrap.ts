import { type Command, said } from "../command.ts";

/**
 * `zccache wrap -- COMPILER …`. The launcher and the parser turn it into the plain form before any command runs; `run`
 * is never reached from them.
 */
export const wrapCommand: Command = {
  name: "wrap",
  aliases: [],
  summary: "run a compiler, even one named like a command",
  about: [
    "The same as zccache COMPILER ARGUMENT…, for a compiler whose name is also a command's. Everything after -- or the " +
    "first word belongs to the compiler.",
    "--strict-paths, here or right behind zccache, has the include paths of the command checked before it is run. " +
    "consistent refuses / beside \\ in one path or between paths; absolute, which is also meant without a word, refuses " +
    "all but absolute paths with forward slashes and without . and .. in them. Response files are looked into. Without a " +
    "daemon to ask nothing is checked.",
  ],
  operands: "[--] COMPILER [ARGUMENT…]",
  operandCount: [1, Infinity],
  options: [
    {
      name: "strict-paths[=off|consistent|absolute]",
      meaning: "check the spelling of include paths; beats ZCCACHE_STRICT_PATHS",
    },
  ],
  examples: [
    ["zccache wrap -- gcc -c a.c", "the same as zccache gcc -c a.c"],
    ["zccache --strict-paths=absolute gcc -c a.c -I/p/include", "the same with wrap"],
  ],
  exits: [
    [1, "an include path is not spelled as --strict-paths demands"],
    [2, "no compiler was named"],
    [126, "the compiler can't be run"],
    [127, "there is no such compiler"],
  ],
  variables: [
    "ZCCACHE_CACHE_DIR",
    "ZCCACHE_ENDPOINT",
    "ZCCACHE_DISABLE",
    "ZCCACHE_MODE",
    "ZCCACHE_NO_SPAWN",
    "ZCCACHE_STRICT_PATHS",
  ],
  place: "caller",
  run: () => Promise.resolve(said(2, "error: wrap needs a compiler\n")),
};
