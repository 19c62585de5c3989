/** The product's version; deno.json says the same (a test compares them). */
export const VERSION = "0.1.0";

/** The version as one integer, `major * 1_000_000 + minor * 1_000 + patch`, so that either side of a socket can tell who is newer. */
export const RELEASE: number = releaseNumber(VERSION);

/** Turns `1.2.3` into `1_002_003`. Throws `RangeError` for anything else. */
function releaseNumber(version: string): number {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (match === null) throw new RangeError(`Cannot read the version: "${version}" is not MAJOR.MINOR.PATCH`);
  const [, major, minor, patch] = match;
  return Number(major) * 1_000_000 + Number(minor) * 1_000 + Number(patch);
}
