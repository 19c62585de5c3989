/** The tools that zccache knows, behind one interface. */
import { parseGnu } from "./gnu/parse.ts";
import type { Call, Family, Parsed, ReadText } from "./tool.ts";

export * from "./depfile.ts";
export * from "./depfile_filter.ts";
export * from "./detect.ts";
export * from "./expand_arguments.ts";
export { DEFINE } from "./gnu/recipe.ts";
export * from "./header_classes.ts";
export * from "./probe.ts";
export * from "./strict_paths.ts";
export * from "./tool.ts";
export * from "./wrapper.ts";

/** Parses a call of a tool of a family; pure but for `readText`, which response files are read by. */
export function parseCall(family: Family, call: Call, readText: ReadText): Parsed {
  return parseGnu(family, call, readText);
}
