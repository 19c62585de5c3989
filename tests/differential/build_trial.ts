import fs from "node:fs";
import { launcher, type Outcome, Rig, text } from "../rig.ts";
import { daemonsOf, signal } from "../rig/daemon.ts";
import { sameBytes } from "../rig/process.ts";
import { takeSnapshot } from "../rig/snapshot.ts";
import { LIBRARY_STEPS, makeLibraries } from "./libraries.ts";
import { MAKEFILE, makeProject, prepareOutputs, PROJECT_STEPS } from "./project.ts";
import { Random } from "./random.ts";
import { AROUND_STEPS, type Step, STEPS, type Surroundings } from "./steps.ts";
import type { TrialPlan, TrialResult } from "./trial.ts";
import { World } from "./world.ts";

/** What may happen while commands run: what waits for the daemon would hold the edits up. */
const EDITS: readonly Step[] = [
  ...STEPS.filter((step) => !AROUND_STEPS.includes(step)),
  ...LIBRARY_STEPS,
  ...PROJECT_STEPS,
];
const CACHE_BYTES = "300000";

/**
 * Whole builds with several commands at once, while sources and headers change and the daemon is killed or held up;
 * afterwards, with nothing changing, the build must give what it gives without the cache. By the seed, results
 * are shared between two checkouts, the cache is so small that it's trimmed all the time, or nothing is watched.
 */
export async function runBuildTrial(
  plan: TrialPlan,
  note: (message: string) => void = () => {},
): Promise<TrialResult> {
  const { seed } = plan;
  const env = {
    ...(seed % 3 === 0 ? { ZCCACHE_CACHE_SIZE_BYTES: CACHE_BYTES } : {}),
    ...(seed % 2 === 0 ? { ZCCACHE_PATH_REMAP: "auto" } : {}),
    ...(seed % 7 === 0 ? { ZCCACHE_NO_WATCH: "1" } : {}),
  };
  await using rig = await Rig.open({ wrapper: plan.wrapper ?? launcher, env });
  const trial = new BuildTrial(rig, seed);
  const counters = await rig.counting(async () => {
    for (const [done, step] of plan.steps.entries()) {
      if (!await trial.step(step)) break;
      if (done % 50 === 49) note(`${done + 1} steps`);
    }
  });
  return trial.result(counters);
}

class BuildTrial {
  readonly #rig: Rig;
  readonly #seed: number;
  readonly #worlds: readonly World[];
  readonly #around: Surroundings;
  readonly #story: string[] = [];
  #builds = 0;
  #failure: TrialResult["failure"];

  constructor(rig: Rig, seed: number) {
    this.#rig = rig;
    this.#seed = seed;
    this.#worlds = (seed % 2 === 0 ? ["first", "other"] : ["first"]).map((name) => {
      const random = new Random(seed);
      const world = new World(rig.folder({}, name), seed);
      makeLibraries(world, random);
      makeProject(world);
      return world;
    });
    this.#around = {
      root: rig.root,
      command: async (word) => {
        const outcome = await rig.wrapped([word]);
        if (outcome.code !== 0) throw new Error(`Cannot ${word}: ${text(outcome.stderr)}`);
      },
    };
  }

  result(counters: TrialResult["counters"]): TrialResult {
    const base = { compiles: this.#builds, counters };
    return this.#failure === undefined ? base : { ...base, failure: this.#failure };
  }

  /** Changes before and during a build, and a comparison after it; false once a difference was found. */
  async step(number: number): Promise<boolean> {
    const random = new Random(this.#seed * 1_000_003 + number);
    for (let i = random.below(3); i > 0; i--) await this.#change(random, [...EDITS, ...AROUND_STEPS], number);
    if (random.below(2) === 0) await this.#buildDuringEdits(random, number);
    if (random.below(8) === 0) await this.#editWhileDown(random, number);
    for (const world of random.below(2) === 0 ? this.#worlds : [random.pick(this.#worlds)!]) {
      const message = await this.#compare(world);
      if (message === undefined) continue;
      this.#failure = { message, step: number, story: this.#story };
      return false;
    }
    return true;
  }

  /** One change, in one of the checkouts or, as a merge would do it, in all. */
  async #change(random: Random, steps: readonly Step[], number: number): Promise<void> {
    const step = random.weighted(steps);
    const worlds = random.below(2) === 0 || AROUND_STEPS.includes(step)
      ? [random.pick(this.#worlds)!]
      : this.#worlds;
    const seed = random.below(2 ** 31);
    for (const world of worlds) {
      const did = await step.run(world, new Random(seed), this.#around);
      if (did !== undefined) {
        this.#story.push(`${number}. ${world.folder.replace(/.*\//, "")}: ${step.name}: ${did}`);
      }
    }
  }

  async #buildDuringEdits(random: Random, number: number): Promise<void> {
    const builds = Array.from(
      { length: 1 + random.below(2) },
      () => this.#make(random.pick(this.#worlds)!, "out/ours", this.#rig.wrapper.prefix),
    );
    this.#story.push(`${number}. ${builds.length} builds begin`);
    let done = false;
    const all = Promise.all(builds).then(() => done = true);
    for (let i = 1 + random.below(12); i > 0; i--) {
      await new Promise((resolve) => setTimeout(resolve, random.below(40)));
      if (done) break;
      const chance = random.below(40);
      if (chance === 0) await this.#kill(number);
      else if (chance === 1) await this.#hold(random.below(300), number);
      else await this.#change(random, EDITS, number);
    }
    await all;
    this.#story.push(`${number}. builds are over`);
  }

  async #kill(number: number): Promise<void> {
    for (const pid of daemonsOf(this.#rig.root)) signal(pid, "SIGKILL");
    while (daemonsOf(this.#rig.root).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    this.#story.push(`${number}. daemon killed`);
  }

  /** The daemon stands still for a while. */
  async #hold(ms: number, number: number): Promise<void> {
    const pids = daemonsOf(this.#rig.root);
    for (const pid of pids) signal(pid, "SIGSTOP");
    this.#story.push(`${number}. daemon held for ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, ms));
    for (const pid of pids) signal(pid, "SIGCONT");
  }

  async #editWhileDown(random: Random, number: number): Promise<void> {
    await this.#kill(number);
    for (let i = 1 + random.below(4); i > 0; i--) await this.#change(random, EDITS, number);
  }

  #make(world: World, folder: string, prefix: readonly string[]): Promise<Outcome> {
    prepareOutputs(world, folder);
    const argv = ["make", "-f", MAKEFILE, "-B", "-k", "-j3", `OUT=${folder}`, `CACHE=${prefix.join(" ")}`];
    return this.#rig.bare(argv, { in: world.folder });
  }

  async #compare(world: World): Promise<string | undefined> {
    this.#builds += 1;
    fs.rmSync(world.at("out/bare"), { recursive: true, force: true });
    // what a failed command leaves is the tool's business: both begin with nothing or with the same
    if (this.#builds % 2 === 0) fs.rmSync(world.at("out/ours"), { recursive: true, force: true });
    else copyFolder(world.at("out/ours"), world.at("out/bare"));
    const bare = await this.#make(world, "out/bare", []);
    const ours = await this.#make(world, "out/ours", this.#rig.wrapper.prefix);
    if (bare.code !== ours.code) return `exit code ${bare.code} bare, ${ours.code} ours`;
    const [expected, actual] = [messages(bare, "out/bare"), messages(ours, "out/ours")];
    if (expected !== actual) return `bare says\n${expected}\nours\n${actual}`;
    return folderDifference(world);
  }
}

/** What commands that run at once say comes in any order. */
function messages(outcome: Outcome, folder: string): string {
  return text(outcome.stderr).replaceAll(folder, "OUT").split("\n").filter((line) => !line.startsWith("make"))
    .sort().join("\n");
}

function copyFolder(from: string, to: string): void {
  if (fs.existsSync(from)) fs.cpSync(from, to, { recursive: true });
}

function folderDifference(world: World): string | undefined {
  const [bare, ours] = [takeSnapshot(world.at("out/bare")), takeSnapshot(world.at("out/ours"))];
  for (const path of new Set([...bare.keys(), ...ours.keys()])) {
    const [expected, actual] = [bare.get(path), ours.get(path)];
    if (expected === undefined || actual === undefined) {
      return `${path} is ${actual === undefined ? "missing" : "there"}`;
    }
    if (path.endsWith(".gch")) continue;
    if (expected.mode !== actual.mode) return `${path} has mode ${actual.mode.toString(8)}`;
    if (!sameBytes(expected.bytes, actual.bytes)) return `${path} differs`;
  }
  return undefined;
}
