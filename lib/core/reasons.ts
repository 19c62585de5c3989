import { BYPASS_REASONS } from "./reasons/bypass.ts";
import { COMMAND_REASONS } from "./reasons/command.ts";
import { FAULT_REASONS } from "./reasons/fault.ts";
import { MISS_REASONS } from "./reasons/miss.ts";
import { inGroup } from "./reasons/rows.ts";
import { RUN_REASONS } from "./reasons/run.ts";
import { RUST_REASONS } from "./reasons/rust.ts";
import { SHARING_REASONS } from "./reasons/sharing.ts";

/**
 * Every reason why a command was not answered from the cache. Counters, journal lines, `status`, `why` and the
 * manual read this table and nothing else. Codes go over the wire and into journals: they are never reused.
 *
 * Groups: `bypass` = not a thing we cache, `uncacheable` = would be wrong or useless to cache,
 * `miss` = cacheable, but no valid entry, `fault` = something of ours went wrong.
 */
export const REASONS = {
  ...inGroup("miss", MISS_REASONS),
  ...inGroup("miss", SHARING_REASONS),
  ...inGroup("bypass", BYPASS_REASONS),
  ...inGroup("uncacheable", COMMAND_REASONS),
  ...inGroup("uncacheable", RUN_REASONS),
  ...inGroup("uncacheable", RUST_REASONS),
  ...inGroup("fault", FAULT_REASONS),
};

/** A reason's stable name. */
export type Reason = keyof typeof REASONS;

/** Why a command is not cached: the reason, and the thing it is about (an option, a file). */
export interface Uncacheable {
  readonly kind: "uncacheable";
  readonly reason: Reason;
  readonly detail?: string;
}

/** Makes an `Uncacheable`. */
export function uncacheable(reason: Reason, detail?: string): Uncacheable {
  return detail === undefined ? { kind: "uncacheable", reason } : { kind: "uncacheable", reason, detail };
}
