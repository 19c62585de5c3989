import type { Digest } from "./digest.ts";

/** A stored file of a crate, and where the compile that made it has put it. */
export interface RustArtifactFile {
  /** Absolute; in a tree that is shared between checkouts, in the common form. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The stored file, whose content was checked just now; small ones are `inline` instead. */
  readonly from?: string;
  readonly inline?: Uint8Array;
}

/** Which of the stored crates are asked for. */
export interface ArtifactsAsked {
  /** Only files that were put below this folder (absolute). */
  readonly below?: string | undefined;
  /**
   * Those that checkouts share count as this caller's: his folder (absolute), and the root of his checkout if he names one.
   * Needs `below`.
   */
  readonly sharing?: { readonly cwd: string; readonly root: string | undefined } | undefined;
}

/** What is stored of one compile of a crate. */
export interface RustArtifact {
  readonly crate: string;
  /** The crate's root, absolute; in a tree that is shared between checkouts, in the common form. */
  readonly source: string;
  /** As given to the compiler: lib, bin, proc-macro … */
  readonly types: readonly string[];
  readonly result: Digest;
  /** Wall clock, in ms. */
  readonly atMs: number;
  readonly files: readonly RustArtifactFile[];
}
