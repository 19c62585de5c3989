import type { Digest } from "./digest.ts";

/**
 * What a content says of itself, found when it is hashed, once per content. Everything here is about bytes, not
 * about where they stand.
 */
export interface ContentFacts {
  readonly usesDate: boolean;
  readonly usesTime: boolean;
  readonly usesTimestamp: boolean;
  /** `#pragma GCC dependency "x"`: is it newer than this file? */
  readonly comparesTimes: boolean;
  /** `.incbin` or an assembler `.include` inside a string or assembler text. */
  readonly assemblerInclude: boolean;
  /** Names asked for by `__has_include(<x>)` or `("x")`, without the delimiters, sorted and unique. */
  readonly hasIncludeNames: readonly string[];
  /** `__has_include(MACRO)`: the name can't be known. */
  readonly computedHasInclude: boolean;
  /** `#include MACRO`. */
  readonly computedInclude: boolean;
  /** `#pragma GCC system_header` or a line marker that says so. */
  readonly systemHeaderPragma: boolean;
  /** `#line 1 "x"` or a line marker: messages may quote a file that nothing else names. */
  readonly lineDirective: boolean;
  /** `#pragma once`: a compiler may pass over another file with the same content. */
  readonly once: boolean;
  /** `#import`, which makes any file such a one. */
  readonly imports: boolean;
  /**
   * Literal operands, sorted and unique: `<a/b.h` or `"c.h` as `#include`, `#import` and `#embed` have it, `^d.h` for an
   * `#include_next` of either form.
   */
  readonly includes: readonly string[];
  /** The digest of the text with its insignificant comments blanked (columns and lines kept); see `blank_comments.ts`. */
  readonly blanked: Digest;
}

/** The facts that are so or not, in an order that stays. */
export const FACT_FLAGS = [
  "usesDate",
  "usesTime",
  "usesTimestamp",
  "assemblerInclude",
  "computedHasInclude",
  "computedInclude",
  "systemHeaderPragma",
  "lineDirective",
  "once",
  "imports",
  "comparesTimes",
] as const satisfies readonly (keyof ContentFacts)[];

/** Those facts as bits, the first one lowest. */
export function factFlags(facts: ContentFacts): number {
  return FACT_FLAGS.reduce((sum, name, bit) => facts[name] ? sum + 2 ** bit : sum, 0);
}

/** The base name of an operand as `ContentFacts.includes` has it. */
export function includedName(operand: string): string {
  return operand.slice(Math.max(1, operand.lastIndexOf("/") + 1));
}

/** Where digests survive a restart, keyed by path and validated by stat identity. */
export interface DigestMemory {
  get(path: string): RememberedDigest | undefined;
  put(path: string, entry: RememberedDigest): void;
}

/** A digest with the stat identity it was computed under; used only if that identity is unchanged and not racily young. */
export interface RememberedDigest {
  readonly digest: Digest;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  /** Wall clock when it was hashed, in ns. */
  readonly hashedAtNs: bigint;
  readonly facts: ContentFacts;
}
