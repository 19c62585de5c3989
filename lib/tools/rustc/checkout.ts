import type { PathMap } from "../../core/mod.ts";
import type { Call, Unshared } from "../tool.ts";
import type { CrateReading } from "./reading.ts";

/** How a crate's compile is run so that its outputs don't say where the checkout is. */
export interface SharedCrate {
  readonly roots: PathMap;
  readonly mapArgs: readonly string[];
}

/** Options by which texts get into outputs as hashes, compressed, or packed so that nobody finds them. */
const HIDING = new RegExp(
  "^(?:" + [
    "(?:instrument-coverage|linker-plugin-lto)(?!=(?:n|no|off|false|0)$)",
    "embed-bitcode=(?:y|yes|on|true)",
    "debuginfo-compression=(?!none)",
    "sanitizer=",
    "link-args?=.*compress",
  ].join("|") + ")",
);

/** Makes a crate's outputs the same in every checkout; or says why they stay with this one. */
export function shareCrate(reading: CrateReading, { roots }: Call): SharedCrate | Unshared | undefined {
  if (roots === undefined) return undefined;
  if (!roots.isPlain) return { reason: "path_sensitive_arg", detail: roots.roots[0]?.path ?? "" };
  const sensitive = reading.key.find((word) => HIDING.test(word) || roots.mentions(word)) ??
    reading.linkOptions.find((word) => HIDING.test(word)) ??
    (reading.emits.has("llvm-bc") ? "--emit=llvm-bc" : undefined);
  if (sensitive !== undefined) return { reason: "path_sensitive_arg", detail: sensitive };
  return { roots, mapArgs: mapsOf(roots) };
}

/** Of several maps that fit, the compiler takes the last. */
function mapsOf({ roots }: PathMap): string[] {
  return roots.map(({ name, path }) => `--remap-path-prefix=${path}=${name === "root" ? "." : name}`)
    .reverse();
}
