import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Call, ReadText } from "../tool.ts";
import type { CrateReading } from "./reading.ts";

/** Lints that run cargo, and so read what no dep-info tells. */
const READS_MORE =
  /clippy::(?:all_cargo|cargo|cargo_common_metadata|multiple_crate_versions|negative_feature_names|redundant_feature_names|wildcard_dependencies)\b/;

const CONFIGURATION = [".clippy.toml", "clippy.toml"];

/** Where clippy's configuration is looked for: the folder it's told, or the package's and all above. */
export function clippyInputs(call: Call): string[] {
  const start = call.env.get("CLIPPY_CONF_DIR") ?? call.env.get("CARGO_MANIFEST_DIR") ?? ".";
  const absolute = start.startsWith("/") ? start : `${call.cwd}/${start}`;
  const paths: string[] = [];
  for (let folder = absolute.replace(/\/+$/, "");; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    for (const name of CONFIGURATION) paths.push(`${folder}/${name}`);
    if (folder === "") return [...paths, `${call.cwd}/Cargo.toml`];
  }
}

/** A lint that is asked for, by arguments or by the crate's root, and reads more than we know. */
export function refusedLint(
  reading: CrateReading,
  call: Call,
  readText: ReadText,
): Uncacheable | undefined {
  const asked = [...reading.key, call.env.get("CLIPPY_ARGS") ?? ""].find((text) => READS_MORE.test(text));
  const root = reading.sources[0] ?? "";
  const text = asked ?? readText(root.startsWith("/") ? root : `${call.cwd}/${root}`) ?? "";
  const lint = READS_MORE.exec(text)?.[0];
  return lint === undefined ? undefined : uncacheable("plugin", lint);
}
