import { REASONS } from "../../lib/core/mod.ts";
import { text } from "../rig.ts";
import { assertSameBuild, type Built, CargoProject } from "../rust/cargo_project.ts";
import { WORKSPACE } from "../rust/workspace.ts";
import { Random } from "./random.ts";
import { RUST_STEPS, RustWorld } from "./rust_world.ts";
import type { TrialPlan, TrialResult } from "./trial.ts";

/**
 * Why units may be left out of the cache. The edits make some fail; and what a build script has made right before it is read,
 * in a folder that nobody watched yet, may be too young to be trusted. It may get shorter, not longer.
 */
const NOT_CACHED: readonly string[] = ["tool-failed", "input-changed-during-run"];

const BUILDS = ["build", "build", "build --release", "check", "test --no-run"];

/** Random edits to a cargo workspace; after each it is built bare, wrapped, and sometimes once more from the cache. */
export async function runRustTrial(
  plan: TrialPlan,
  note: (message: string) => void = () => {},
): Promise<TrialResult> {
  await using project = await CargoProject.open(WORKSPACE);
  const world = new RustWorld(project);
  const story: string[] = [];
  let compiles = 0;
  let failure: TrialResult["failure"];
  const counters = await project.rig.counting(async () => {
    for (const step of plan.steps) {
      const random = new Random(plan.seed * 1_000_003 + step);
      const kind = random.weighted(RUST_STEPS);
      story.push(`${step}. ${kind.name}: ${await kind.run(world, random)}`);
      const words = `${random.pick(BUILDS)}${world.loud ? " --features app/loud" : ""}`;
      story.push(`cargo ${words}`);
      note(story.slice(-2).join(", "));
      compiles++;
      const message = await difference(world, words, random.below(2) === 0);
      if (message === undefined) continue;
      failure = { message, step, story };
      break;
    }
  });
  const result = { compiles, counters };
  return failure === undefined ? result : { ...result, failure };
}

/** What differs between a bare build and a wrapped one, each from an empty target folder. */
async function difference(world: RustWorld, words: string, again: boolean): Promise<string | undefined> {
  const { project, env } = world;
  const build = async (how: "bare" | "wrapped") => {
    project.clean();
    const built = await project[how](words, env);
    const program = project.rig.at("target/debug/app");
    const ran = built.files.has("debug/app") ? text((await project.rig.bare([program])).stdout) : "";
    return { built, ran };
  };
  const bare = await build("bare");
  let isKnown = false;
  try {
    for (const what of again ? ["wrapped", "wrapped again"] : ["wrapped"]) {
      const { built, ran } = await build("wrapped");
      assertSameBuild(built, bare.built, `${what}: cargo ${words}`);
      if (ran !== bare.ran) return `${what}, the program says ${ran}instead of ${bare.ran}`;
      const odd = oddReason(built, isKnown);
      if (odd !== undefined) return `${what}: not from the cache: ${odd}`;
      isKnown = !Object.keys(built.counters.reasons).some((reason) => NOT_CACHED.includes(reason));
    }
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  return undefined;
}

/** A reason why something wasn't cached, or no hit though it was built just before, that nothing calls for. */
function oddReason({ counters }: Built, isKnown: boolean): string | undefined {
  return Object.keys(counters.reasons).find((reason) => {
    const group = REASONS[reason as keyof typeof REASONS]?.group;
    return group === "miss" ? isKnown : !NOT_CACHED.includes(reason);
  });
}
