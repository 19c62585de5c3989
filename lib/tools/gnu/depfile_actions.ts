import { uncacheable } from "../../core/mod.ts";
import type { Action } from "./reading.ts";

/** -MD, -MMD; both together mean different things to gcc and clang. */
export function depfile(kind: "MD" | "MMD"): Action {
  return (reading, word) => {
    word.part = "depfile";
    const ask = reading.depfile;
    ask.seen++;
    if (ask.kind !== undefined && ask.kind !== kind) return uncacheable("depfile-target", word.option);
    ask.kind = kind;
    return undefined;
  };
}

/** -MF: the last one counts. */
export const depfilePath: Action = (reading, word) => {
  word.part = "depfile";
  reading.depfile.seen++;
  if (reading.depfile.byPreprocessor) return uncacheable("depfile-target", word.tokens.join(" "));
  reading.depfile.file = word.value;
  return undefined;
};

/** -MT, -MQ. */
export const depfileTarget: Action = (reading, word) => {
  word.part = "depfile";
  reading.depfile.seen++;
  reading.depfile.targets.push(word.option, word.value);
  return undefined;
};

/** -MP. */
export const depfilePhony: Action = (reading, word) => {
  word.part = "depfile";
  reading.depfile.seen++;
  reading.depfile.phony = true;
  return undefined;
};
