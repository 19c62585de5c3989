import { type Command, said } from "../command.ts";

/**
 * `zccache wrap -- COMPILER …`. The launcher and `runCli` turn it into the plain form before any command runs; `run`
 * is never reached from them.
 */
export const wrapCommand: Command = {
  name: "wrap",
  aliases: [],
  summary: "run a compiler, even one named like a command",
  about: [
    "The same as zccache COMPILER ARGUMENT…, for a compiler whose name is also a command's. Everything after -- or the " +
    "first word belongs to the compiler.",
  ],
  operands: "[--] COMPILER [ARGUMENT…]",
  operandCount: [1, Infinity],
  options: [],
  examples: [["zccache wrap -- gcc -c a.c", "the same as zccache gcc -c a.c"]],
  exits: [
    [2, "no compiler was named"],
    [126, "the compiler can't be run"],
    [127, "there is no such compiler"],
  ],
  variables: ["ZCCACHE_CACHE_DIR", "ZCCACHE_ENDPOINT", "ZCCACHE_DISABLE", "ZCCACHE_MODE", "ZCCACHE_NO_SPAWN"],
  place: "caller",
  run: () => Promise.resolve(said(2, "error: wrap needs a compiler\n")),
};
