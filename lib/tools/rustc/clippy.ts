import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Call, ReadText } from "../tool.ts";
import type { CrateReading } from "./reading.ts";

/** Lints that run cargo, and so read what no dep-info tells. */
const READS_MORE =
  /clippy::(?:all_cargo|cargo|cargo_common_metadata|multiple_crate_versions|negative_feature_names|redundant_feature_names|wildcard_dependencies)\b/;

const CONFIGURATION = [".clippy.toml", "clippy.toml"];

/** The folder in which clippy begins to look for its configuration: the one it's told, or the package's. */
export function clippyFolder({ env }: Call): string {
  return env.get("CLIPPY_CONF_DIR") ?? env.get("CARGO_MANIFEST_DIR") ?? ".";
}

/** Where it's looked for, from that folder (absolute, without links) upwards. */
export function clippyConfigurations(start: string): string[] {
  const paths: string[] = [];
  for (let folder = start.replace(/\/+$/, "");; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    for (const name of CONFIGURATION) paths.push(`${folder}/${name}`);
    if (folder === "") return paths;
  }
}

/** Whether clippy lints this crate only if cargo was asked for its package. */
export function mindsPrimary({ env }: Call): boolean {
  return env.get("CLIPPY_ARGS")?.includes("--no-deps") === true;
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
