import type { Part, Reading, Word } from "./reading.ts";

/** The arguments of the words whose part is not left out, but for those that `and` finds. */
export function argumentsWithout(
  reading: Reading,
  parts: readonly Part[],
  and: (word: Word) => boolean = () => false,
): readonly string[] {
  return reading.words.filter((word) => !parts.includes(word.part) && !and(word)).flatMap((word) =>
    word.tokens
  );
}

/** Arguments that preprocess the source to standard output, with no other effect; undefined for assembler. */
export function preprocessArguments(reading: Reading): readonly string[] | undefined {
  if (reading.sources[0]!.language.startsWith("assembler")) return undefined;
  return [...argumentsWithout(reading, ["mode", "output", "depfile"]), "-E"];
}

/** The call's arguments, but with a full dependency list in `depfile` in place of the -MMD file. */
export function fullDepfileArguments(reading: Reading, depfile: string): readonly string[] {
  const words = reading.words.filter((word) => word.option !== "-MF").flatMap((word) => {
    if (word.option === "-MMD") return ["-MD"];
    if (word.option !== "-Wp," || word.part !== "depfile") return word.tokens;
    return reading.family === "clang" ? ["-MD", "-MF", depfile] : toPreprocessor(word.value, depfile);
  });
  return reading.depfile.byPreprocessor ? words : [...words, "-MF", depfile];
}

/** Piece by piece, since `-Wp,` would cut a path at its commas. */
function toPreprocessor(value: string, depfile: string): readonly string[] {
  const pieces = value.split(",");
  const at = pieces.indexOf("-MMD");
  if (at >= 0) pieces.splice(at, 2, "-MD", depfile);
  return pieces.flatMap((piece) => ["-Xpreprocessor", piece]);
}

/** Arguments that write the -MMD file of the call and nothing else. */
export function userDepfileArguments(
  reading: Reading,
  main: { readonly target: string; readonly depfile: string },
): readonly string[] {
  const args = [...argumentsWithout(reading, ["mode", "output"]), "-E", "-o", "/dev/null"];
  const ask = reading.depfile;
  // A depfile that only gcc's preprocessor knows of names its target after the source, whatever -o says.
  const namesItself = ask.byPreprocessor && reading.family === "gcc";
  if (ask.targets.length === 0 && !namesItself) args.push("-MQ", main.target);
  if (ask.file === undefined) args.push("-MF", main.depfile);
  return args;
}
