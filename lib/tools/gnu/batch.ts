import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Batch, Call, Parsed, Plan, Unshared } from "../tool.ts";
import type { Reading } from "./reading.ts";

/** More arguments than this are left as they came, in a response file: the kernel takes 2 MiB with the environment. */
const MAX_EXPANDED = 512 * 1024;

/** More files than a reply can name. */
const MAX_FILES = 1024;

/** Makes the plan of a call with one source. */
export type PlanFor = (reading: Reading, call: Call) => Plan | Uncacheable;

/** Several sources in one call: each planned as if it were alone. */
export function batchOf(
  reading: Reading,
  call: Call,
  made: { readonly from: readonly string[]; readonly planFor: PlanFor },
): Parsed {
  const { depfile } = reading;
  // Each source would write the same file, or the object says which others there were.
  if (reading.output !== undefined || depfile.file !== undefined || depfile.byPreprocessor) {
    return uncacheable("multiple-sources", "one output");
  }
  if (reading.holdsArguments) return uncacheable("multiple-sources", "the object holds the arguments");
  const plans: Plan[] = [];
  for (let index = 0; index < reading.sources.length; index++) {
    const alone = reading.only(index);
    const args = alone.words.flatMap((word) => word.tokens);
    const plan = made.planFor(alone, { ...call, args });
    if (plan.kind === "uncacheable") return plan;
    if (plan.unshared !== undefined && call.roots !== undefined) {
      return unsharedBatch(reading, call, { made, unshared: plan.unshared });
    }
    plans.push(plan);
  }
  const refused = refusedOutputs(plans);
  if (refused !== undefined) return refused;
  const lists = plans.some((plan) => plan.discovery.how === "private-depfile");
  return {
    kind: "batch",
    plans,
    parsedFrom: made.from,
    lists,
    runArgs: runArguments(reading, call, { lists, front: plans[0]?.mapArgs ?? [] }),
  };
}

/** One process runs with one set of options: what one source can't share, none does. */
function unsharedBatch(
  reading: Reading,
  call: Call,
  { made, unshared }: { readonly made: Parameters<typeof batchOf>[2]; readonly unshared: Unshared },
): Parsed {
  const batch = batchOf(reading, { ...call, roots: undefined }, made);
  if (batch.kind !== "batch") return batch;
  return { ...batch, plans: batch.plans.map((plan) => ({ ...plan, unshared })) };
}

/** Two sources of one name write the same object, one after the other. */
function refusedOutputs(plans: readonly Plan[]): Uncacheable | undefined {
  const paths = plans.flatMap((plan) => {
    const own = plan.outputs.map((output) => output.path);
    return plan.discovery.how === "filtered-depfile" ? [...own, plan.discovery.path] : own;
  });
  if (paths.length > MAX_FILES) return uncacheable("too-large", `${paths.length} outputs`);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  return twice === undefined ? undefined : uncacheable("multiple-sources", `two sources make ${twice}`);
}

/** Plans live long: this holds on to the arguments alone. */
function runArguments(
  reading: Reading,
  call: Call,
  { lists, front }: { readonly lists: boolean; readonly front: readonly string[] },
): Batch["runArgs"] {
  const filters = reading.depfile.kind === "MMD";
  const words = reading.words.map(({ tokens, part, option }) => ({
    tokens: option === "-MMD" ? ["-MD"] : tokens,
    isSource: part === "source",
  }));
  const size = words.flatMap((word) => word.tokens).reduce((sum, token) => sum + token.length + 1, 0);
  const asCame = filters || size <= MAX_EXPANDED ? undefined : call.args;
  const count = reading.sources.length;
  return (wanted, depfile) => {
    const asked = lists ? ["-MD", "-MF", depfile] : [];
    if (asCame !== undefined || (!filters && wanted.length === count)) {
      return [...front, ...asCame ?? call.args, ...asked];
    }
    const chosen = new Set(wanted);
    let source = -1;
    const kept = words.filter((word) => !word.isSource || chosen.has(++source));
    return [...front, ...kept.flatMap((word) => word.tokens), ...asked];
  };
}
