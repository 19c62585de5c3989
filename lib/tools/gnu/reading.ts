import type { Uncacheable } from "../../core/mod.ts";
import type { Family, Output } from "../tool.ts";
import type { OptionTable } from "../option_table.ts";

/** What an argument is to the result: rebuilding the argument list leaves parts out or replaces them. */
export type Part = "key" | "drop" | "source" | "mode" | "output" | "depfile" | "language";

/** One option with its value, or one input file. */
export interface Word {
  /** The option's name; "" for a file. */
  readonly option: string;
  readonly value: string;
  /** The arguments it was made of, one or two. */
  readonly tokens: readonly string[];
  part: Part;
}

/** What an option does to the reading; a refusal ends it. */
export type Action = (reading: Reading, word: Word) => Uncacheable | undefined;

/** The options of a family. */
export type Options = OptionTable<Action>;

/** What is asked to be produced, as a set: -S wins over -c. */
export type Mode = "object" | "assembly";

/** A side file besides the main output and the depfile. */
export type Side = Extract<Output["role"], "dwo" | "gcno" | "su" | "ci">;

/** What the dependency options ask for. */
export interface DepfileAsk {
  /** -MD or -MMD; undefined if no depfile is asked for. */
  kind: "MD" | "MMD" | undefined;
  /** Whether it came by `-Wp,`: then the driver adds no target of its own, and the file is named there. */
  byPreprocessor: boolean;
  file: string | undefined;
  /** Names given by -MT and -MQ, with their option: they decide the first line. */
  readonly targets: string[];
  phony: boolean;
  /** Dependency options seen in all, to refuse odd combinations. */
  seen: number;
}

/** What the arguments say, gathered option by option. */
export class Reading {
  readonly family: Family;
  readonly cxxDriver: boolean;
  readonly words: Word[] = [];
  readonly sources: { readonly path: string; readonly language: string }[] = [];
  readonly modes = new Set<Mode>();
  readonly probe: string[] = [];
  /** Whether an argument of the probe may name something in the caller's folder. */
  probeIsRelative = false;
  readonly search = {
    quote: [] as string[],
    angle: [] as string[],
    system: [] as string[],
    after: [] as string[],
  };
  readonly forcedIncludes: string[] = [];
  readonly inputs: string[] = [];
  readonly sides = new Set<Side>();
  readonly definedClockMacros: string[] = [];
  readonly depfile: DepfileAsk = {
    kind: undefined,
    byPreprocessor: false,
    file: undefined,
    targets: [],
    phony: false,
    seen: 0,
  };
  /** The `-x` in force. */
  language = "none";
  output: string | undefined;
  architectures = 0;
  sysroot: string | undefined;
  sysrootOptions = 0;
  /** Folders spelled relative to the root (`-I=dir`). */
  rootedFolders = 0;
  /** The last -g option without the dash and the g; undefined if there is none. */
  debug: string | undefined;
  splitDwarf = false;
  emitsLlvm = false;
  linkTimeOptimisation = false;
  target = "";
  hostCpu = false;
  folderCounts = false;
  outputCounts = false;
  /** Whether the object holds the arguments themselves: then none may be added or left out of the key. */
  holdsArguments = false;
  commentsCount = false;
  linkInputs = 0;

  constructor(family: Family, cxxDriver: boolean) {
    this.family = family;
    this.cxxDriver = cxxDriver;
  }

  /** The same call with one of its sources only. */
  only(index: number): Reading {
    let sources = -1;
    return Object.assign(new Reading(this.family, this.cxxDriver), this, {
      words: this.words.filter((word) => word.part !== "source" || ++sources === index),
      sources: this.sources.slice(index, index + 1),
      search: structuredClone(this.search),
    });
  }
}
