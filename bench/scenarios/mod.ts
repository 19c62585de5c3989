import { cargo } from "./cargo.ts";
import { codeBase } from "./code_base.ts";
import { cold } from "./cold.ts";
import { footprint } from "./footprint.ts";
import { headers } from "./headers.ts";
import { hit } from "./hit.ts";
import { large } from "./large.ts";
import { recording } from "./recording.ts";
import { restart } from "./restart.ts";
import { sameTokens } from "./same_tokens.ts";
import type { Scenario } from "./scenario.ts";
import { several } from "./several.ts";
import { soak } from "./soak.ts";
import { tools } from "./tools.ts";

/** Every measurement, in the order in which they are made. */
export const SCENARIOS: readonly Scenario[] = [
  hit,
  recording,
  headers,
  several,
  cold,
  sameTokens,
  tools,
  codeBase,
  cargo,
  restart,
  footprint,
  soak,
  large,
];
