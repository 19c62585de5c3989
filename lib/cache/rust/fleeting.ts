import type { Call, CratePlan } from "../../tools/mod.ts";
import type { Job } from "../job.ts";

/**
 * When what a crate is compiled from may be taken away at once. Build scripts try the compiler in folders that they then remove;
 * and when the packages that cargo was asked for are compiled, cargo ends soon, and who built them for the first time may
 * move or clean the target folder.
 */
export function fleetingOf(
  { keepsFailures }: Pick<CratePlan, "keepsFailures">,
  env: Call["env"],
): Job["fleeting"] {
  if (keepsFailures) return "always";
  return env.has("CARGO_PRIMARY_PACKAGE") ? "at-first" : undefined;
}
