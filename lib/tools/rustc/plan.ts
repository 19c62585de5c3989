import type { KeyRecipe, PathMap, Uncacheable } from "../../core/mod.ts";
import type { Output, Unshared } from "../tool.ts";
import type { Extern, SearchFolder } from "./reading.ts";

/** What decides which toolchain serves a call. */
export interface ToolchainQuestion {
  /** `+nightly`, which rustup's own `rustc` takes as its first argument. */
  readonly toolchain: string | undefined;
  readonly sysroot: string | undefined;
  readonly target: string | undefined;
}

/** A call of rustc or of a driver like it that compiles one crate. */
export interface CratePlan {
  readonly kind: "crate";
  readonly family: "rustc";
  readonly crateName: string;
  /** The crate's root, as spelled. */
  readonly source: string;
  /** Everything the outputs depend on but the toolchain, the contents of files and the variables that the crate asks for. */
  readonly recipe: KeyRecipe;
  /** Files known before the run whose content counts, as spelled: the root first. */
  readonly inputs: readonly string[];
  /** Files whose content counts if they are there. */
  readonly optionalInputs: readonly string[];
  /** The folder in which, and in all above it, the driver looks for its configuration. */
  readonly configuredFrom: string | undefined;
  /** Argument files that were read for this plan, absolute. */
  readonly parsedFrom: readonly string[];
  readonly externs: readonly Extern[];
  /** Folders in which what the externs depend on is searched for, in order. */
  readonly searched: readonly SearchFolder[];
  readonly question: ToolchainQuestion;
  /** What the run leaves. */
  readonly outputs: readonly Output[];
  /** Why arguments and dep-info don't tell all that is read and written; undefined if they do, as long as no macro runs. */
  readonly reads: Uncacheable | undefined;
  /** Whether the crates that are depended on are taken in whole: then they are complete before the run begins. */
  readonly isLinked: boolean;
  /** The folder of incremental compilation, which is nobody's input or output but the compiler's. */
  readonly incremental: string | undefined;
  readonly hostCpu: boolean;
  /** Whether a run that fails is as good as one that succeeds, if all its inputs are known. */
  readonly keepsFailures: boolean;
  /** What to run on a miss, without the program: the caller's arguments, and those that map `roots` away. */
  readonly args: readonly string[];
  /** The folders whose place is not in the key, and that the outputs don't show. */
  readonly roots?: PathMap | undefined;
  /** Why the call's `roots` were not heeded. */
  readonly unshared?: Unshared | undefined;
}

/** A call that only asks about the compiler: it reads no source and writes to standard output. */
export interface QueryPlan {
  readonly kind: "query";
  readonly family: "rustc";
  readonly recipe: KeyRecipe;
  readonly parsedFrom: readonly string[];
  readonly inputs: readonly string[];
  readonly question: ToolchainQuestion;
  readonly args: readonly string[];
}
