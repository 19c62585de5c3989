import type { Batch, Call, CratePlan, ObservedPlan, Parsed, Plan, Unshared } from "../../tools/mod.ts";
import {
  type CheckoutRoots,
  type Grounds,
  rootsOfCall,
  rootsOfOutput,
  type Sight,
  unsharedCall,
} from "./checkout_roots.ts";

/** The plan of a call, or of each of its sources. */
export interface CheckoutPlan extends Grounds {
  readonly planned: Plan | Batch;
}

/** Looks at the places of a call, and parses it again with the roots that these give. */
interface Parts extends Sight {
  readonly parse: (call: Call) => Parsed;
}

/** Whether a call asks for results that are shared between checkouts. */
export function asksToShare(call: Call): boolean {
  return call.env.get("ZCCACHE_PATH_REMAP") === "auto";
}

/** The plans of a call, one for each source. */
export function plansOf(planned: Plan | Batch): readonly Plan[] {
  return planned.kind === "batch" ? planned.plans : [planned];
}

/** What was planned, with the reason why nothing of it is shared; `alone` is the same call parsed without roots. */
export function withoutSharing(planned: Plan | Batch, alone: Parsed, unshared: Unshared): Plan | Batch {
  if (alone.kind === "plan") return { ...alone, unshared };
  if (alone.kind !== "batch") return planned;
  return { ...alone, plans: alone.plans.map((plan) => ({ ...plan, unshared })) };
}

/** Where an observed call's checkout is: links and archives hold nothing of paths that can't be seen in their outputs. */
export function rootsOfObserved(call: Call, plan: ObservedPlan, sight: Sight): CheckoutRoots {
  if (plan.work !== "links" || plan.readsSources || call.isScript) {
    return unsharedCall({ reason: "unsupported_language", detail: plan.family });
  }
  const [output] = [...plan.replaces, ...plan.updates];
  return rootsOfCall(call, { source: ".", output }, sight);
}

/** A crate's plan, made such that its results can be shared with other checkouts; where they can't, it says why. */
export interface CrateCheckout extends Grounds {
  readonly plan: CratePlan;
}

/** Plans a crate again by the checkout that its outputs belong to: crates that it's made of may be anywhere. */
export function planCrateForCheckout(call: Call, plan: CratePlan, parts: Parts): CrateCheckout {
  const { roots, unshared, ...grounds } = rootsOfOutput(call, plan.outputs[0]?.path ?? ".", parts);
  if (roots === undefined) return { plan: { ...plan, unshared }, ...grounds };
  const again = parts.parse({ ...call, roots });
  return { plan: again.kind === "crate" ? again : plan, ...grounds };
}

/** Plans a call again such that its results can be shared with other checkouts; where they can't, the plan says why. */
export function planForCheckout(call: Call, planned: Plan | Batch, parts: Parts): CheckoutPlan {
  const [first] = plansOf(planned);
  const named = { source: first?.source ?? "", output: first?.outputs[0]?.path };
  const { roots, unshared, ...grounds } = rootsOfCall(call, named, parts);
  if (roots === undefined) return { planned: withoutSharing(planned, planned, unshared), ...grounds };
  const again = parts.parse({ ...call, roots });
  return { planned: again.kind === "plan" || again.kind === "batch" ? again : planned, ...grounds };
}

/** The first releases that know the options by which paths are left out. */
const SINCE: Readonly<Record<string, number>> = { gcc: 8, clang: 13 };

/** Why a compiler can't leave paths out, by the line that tells its version. */
export function unsharedVersion(version: string): Unshared | undefined {
  const [, compiler = "", major] = /(gcc|clang) version (\d+)/.exec(version) ?? [];
  const since = SINCE[compiler];
  return since !== undefined && Number(major) >= since
    ? undefined
    : { reason: "toolchain_mismatch", detail: version };
}
