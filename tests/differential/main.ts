/**
 * Random edits to a generated project; after each, units are compiled with and without zccache and compared.
 *
 *     deno run -A tests/differential/main.ts [--steps N] [--seed S] [--about compiles|links|findings] [--rust | --builds]
 */
import { parseArgs } from "node:util";
import { launcher, type Wrapper } from "../rig.ts";
import { minimise } from "./minimise.ts";
import { type Subject, SUBJECTS } from "./calls.ts";
import { runBuildTrial } from "./build_trial.ts";
import { runRustTrial } from "./rust_trial.ts";
import { runTrial } from "./trial.ts";

/** How often a failing trial may be repeated to make it smaller. */
const MINIMISE_RUNS = 60;
/** How long that may take, in milliseconds. */
const MINIMISE_MS = 120_000;

/** Runs one trial; resolves to a report, and throws with the seed and the story if anything differs. */
export async function differential(
  options: {
    readonly seed: number;
    readonly steps: number;
    readonly wrapper?: Wrapper;
    /** What runs a trial; the one of C if not given. */
    readonly run?: typeof runTrial;
    /** All of it if not given. */
    readonly about?: Subject;
    readonly note?: (message: string) => void;
  },
): Promise<string> {
  const { seed, wrapper = launcher, run = runTrial, about = "all" } = options;
  const numbers = Array.from({ length: options.steps }, (_, i) => i);
  const result = await run({ seed, steps: numbers, wrapper, about }, options.note);
  const { cached, cold, nonCacheable, errors } = result.counters;
  if (result.failure === undefined) {
    return `seed ${seed}, ${about}: ${options.steps} steps, ${result.compiles} compiles, 0 differences ` +
      `(since the last clear or restart: ${cached} hits, ${cold} misses, ${nonCacheable} not cacheable, ${errors} errors)`;
  }
  const untilThen = numbers.slice(0, numbers.indexOf(result.failure.step) + 1);
  const { step, message: first, story: whole } = result.failure;
  options.note?.(`a difference at step ${step}:\n${first}\n\n${whole.slice(-30).join("\n")}\n`);
  const until = Date.now() + MINIMISE_MS;
  const fails = async (steps: readonly number[]) =>
    Date.now() < until && (await run({ seed, steps, wrapper, about })).failure !== undefined;
  const steps = await minimise(untilThen, fails, MINIMISE_RUNS);
  const shortest = await run({ seed, steps, wrapper, about });
  const { message, story } = shortest.failure ?? result.failure;
  throw new Error(
    `seed ${seed}, ${about}, steps ${steps.join(",")}:\n${message}\n\nWhat was done:\n${
      story.slice(-60).join("\n")
    }`,
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      steps: { type: "string", default: "5000" },
      seed: { type: "string" },
      rust: { type: "boolean", default: false },
      builds: { type: "boolean", default: false },
      about: { type: "string", default: "all" },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const about = SUBJECTS.find((subject) => subject === values.about);
  if (about === undefined) {
    throw new Error(`Cannot take --about ${values.about}: none of ${SUBJECTS.join(", ")}`);
  }
  const run = values.rust ? runRustTrial : values.builds ? runBuildTrial : runTrial;
  const note = (message: string) => console.log(message);
  console.log(await differential({ seed, steps: Number(values.steps), about, run, note }));
}
