import type { Definitions } from "../tool.ts";
import type { Reading } from "./reading.ts";
import { argumentsWithout } from "./rebuild.ts";

/** Under this, the words of a source can't be told from its bytes. */
const RECODED = /^-finput-charset/;

/** What the command line says of macros; undefined if a name that stands nowhere in the sources could yet show. */
export function definitionsOf(
  reading: Reading,
  language: string,
  lineComments: boolean,
): Definitions | undefined {
  const { words } = reading;
  if (!lineComments || language.startsWith("assembler")) return undefined;
  if (words.some((word) => RECODED.test(word.tokens[0]!))) return undefined;
  const isDefinition = new Set(["-D", "-U"]);
  const isForced = new Set(["-include", "-imacros"]);
  return {
    words: words.filter(({ option }) => isDefinition.has(option)).map(({ option, value }) => option + value),
    macrosArgs: [
      ...argumentsWithout(
        reading,
        ["mode", "output", "depfile", "source"],
        (word) => isDefinition.has(word.option) || isForced.has(word.option),
      ),
      ...["-E", "-dM", "-x", language, "/dev/null"],
    ],
  };
}
