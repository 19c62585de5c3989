import type { Digest, PathMap } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import type { Unshared, Work } from "../tools/mod.ts";
import type { KeyFacts } from "./key_facts.ts";
import type { IncrementalPlace } from "./rust/incremental_data.ts";
import type { Located } from "./toolchain/locate.ts";
import type { FoundFile } from "./places.ts";
import type { LiveEntry } from "./unit.ts";

/** What the launcher is told to run on a miss. */
export interface Command {
  readonly tool: string;
  /** With the tool's own name first. */
  readonly argv: readonly string[];
  /** `NAME=VALUE` to set, `NAME` to unset. */
  readonly env: readonly string[];
  /** Files that the launcher copies when the tool has ended, as spelled. */
  readonly outputs: readonly string[];
  /** Whether the launcher waits for files that only we can make. */
  readonly waits: boolean;
  /** Whether the tool's streams must be what the caller's are. */
  readonly exactStreams: boolean;
}

/** A request as the cache remembers it, whatever the tool: the same bytes mean the same job while its premises hold. */
export interface Job {
  /** The caller's folder. */
  readonly cwd: string;
  readonly tool: Located;
  readonly work: Work;
  /** What is worked on and what comes of it, as spelled, to tell people. */
  readonly source: string | undefined;
  readonly output: string | undefined;
  /** The files that it is known to write, as spelled; what is observed may write more. */
  readonly writes: readonly string[];
  /** The folders whose place doesn't count: entries and results of these jobs are in their common form. */
  readonly roots?: PathMap | undefined;
  /** Why results stay with this checkout, though they were asked to be shared. */
  readonly unshared?: Unshared | undefined;
  /** Key of everything but file contents. */
  readonly base: Digest;
  /** What `base` is made of besides the programs. */
  readonly facts: KeyFacts;
  /** The identity of the programs that are known before the run. */
  readonly programs: Digest;
  /** When callers are expected to take away what the tool read as soon as it has ended, if ever: at any time, or after a first run. */
  readonly fleeting?: "always" | "at-first" | undefined;
  /** Data that the tool keeps for its next run, and that is to be there again when somebody has removed it. */
  readonly incremental?: IncrementalPlace | undefined;
  /** The entry that answered last. */
  entry: LiveEntry | undefined;

  /** The absolute path by which earlier jobs about the same thing are found, to be compared with. */
  subject(view: FileView): string;

  /** The files whose contents are in `context`. */
  ownFiles(view: FileView): readonly FoundFile[];

  /** Whether the tool and what the parser read are still the same; if not, the request is parsed anew. */
  isCurrent(view: FileView): boolean;

  /** The key under which results are found now. */
  context(view: FileView): Digest;

  /** The key apart from comments; undefined where there is none. */
  looseContext(view: FileView): Digest | undefined;

  /** What decides, besides the contents of the files found, that the tool would find the same: sorted, to be compared. */
  places(view: FileView, found: readonly FoundFile[], then: readonly string[]): string[];

  /** Where a produced file of this role goes, as spelled; undefined if this call doesn't want it. */
  destination(role: string): string | undefined;

  /** What to run on a miss, with a folder of its own. */
  command(folder: string): Command;
}
