import { uncacheable } from "../../core/mod.ts";
import type { Options, Reading } from "../gnu/reading.ts";
import type { Discovery } from "../tool.ts";
import type { Uncacheable } from "../../core/mod.ts";
import { CL_OPTIONS } from "./options.ts";

/** What a compiler that takes cl's arguments does in its own way. */
export interface Manner {
  readonly family: "clang" | "msvc";
  readonly options: Options;
  /** Variables that it may not be cached under. */
  readonly refused: readonly string[];
  /** Variables that count. */
  readonly variables: readonly string[];
  /** Variables that list folders which are searched after those of the command line. */
  readonly searched: readonly string[];
  /** The options of which one keeps the time of day out of the object. */
  readonly timeless: readonly [string, ...string[]];
  /** Whether every object names its folder and itself, with debug information or without. */
  readonly namesItself: boolean;
  /** Names that are taken for a forced include, by what they add to its name. */
  readonly takenForIncludes: readonly string[];
  /** How it becomes known what a run read. */
  discover(reading: Reading): Discovery | Uncacheable;
}

/** Where either compiler finds what comes with Windows. */
export const WINDOWS_PLACES = ["INCLUDE", "EXTERNAL_INCLUDE"];

/** Variables that put arguments around the command's. */
export const ADDS_ARGUMENTS = ["CL", "_CL_"];

/** clang-cl: its list can be asked for by an option that leaves the object as it is, unless this holds the arguments. */
export const CLANG_CL: Manner = {
  family: "clang",
  options: CL_OPTIONS,
  refused: ADDS_ARGUMENTS,
  variables: [...WINDOWS_PLACES, "VCToolsInstallDir", "VCINSTALLDIR", "WindowsSdkDir"],
  // it tells these folders itself when it's asked about them
  searched: [],
  timeless: ["-Brepro"],
  namesItself: false,
  takenForIncludes: [".pch", ".gch"],
  discover: (reading) => {
    if (!reading.holdsArguments) return { how: "private-depfile" };
    if (hasOption(reading, "-showIncludes")) return { how: "listed-includes" };
    return uncacheable("unknown-option", "the object holds the arguments, and no /showIncludes");
  },
};

/** Whether an option is among the arguments, by its name with a dash. */
export function hasOption(reading: Reading, option: string): boolean {
  return reading.words.some((word) => word.option === option);
}
