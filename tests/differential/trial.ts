import fs from "node:fs";
import { type Counters, launcher, type Outcome, Rig, text, type Wrapper } from "../rig.ts";
import { FakeTool } from "../rig/fake_tool.ts";
import { sameBytes } from "../rig/process.ts";
import { Random } from "./random.ts";
import { type Call, randomCall, type Subject, unitCall } from "./calls.ts";
import { LIBRARY_STEPS, makeLibraries } from "./libraries.ts";
import { AROUND_STEPS, INCLUDE_OPTIONS, type Step, STEPS, type Surroundings } from "./steps.ts";
import { makeTidyUnits, TIDY_STEPS } from "./tidy.ts";
import { headerText, indexOf, valueFrom, World } from "./world.ts";

/** What one trial did. */
export interface TrialResult {
  readonly compiles: number;
  readonly counters: Counters;
  /** The first difference, and what was done until then; undefined if there was none. */
  readonly failure?: { readonly message: string; readonly step: number; readonly story: readonly string[] };
}

/** What a trial runs: the steps with these numbers, in this order. Each step's choices hang on seed and number alone. */
export interface TrialPlan {
  readonly seed: number;
  readonly steps: readonly number[];
  /** The cache under test; the launcher if not given. */
  readonly wrapper?: Wrapper;
  /** All of it if not given. */
  readonly about?: Subject;
}

/** How often a header is edited while the compiler runs. */
const DURING_RATE = 0.03;
/** What changes in a trial, by what it is about. */
const STEPS_ABOUT: Readonly<Record<Subject, readonly Step[]>> = {
  "all": [...STEPS, ...LIBRARY_STEPS, ...TIDY_STEPS],
  "compiles": STEPS,
  "links": [...LIBRARY_STEPS, ...AROUND_STEPS],
  "findings": [...TIDY_STEPS, ...STEPS],
};

/** Runs a plan in a world and with a cache of its own. */
export async function runTrial(
  plan: TrialPlan,
  note: (message: string) => void = () => {},
): Promise<TrialResult> {
  await using rig = await Rig.open({ wrapper: plan.wrapper ?? launcher });
  const trial = new Trial(rig, plan, await FakeTool.build(rig, "gcc"));
  const counters = await rig.counting(async () => {
    for (const [done, step] of plan.steps.entries()) {
      if (!await trial.step(step)) break;
      if (done % 500 === 499) note(`${done + 1} steps`);
    }
  });
  return trial.result(counters);
}

class Trial {
  readonly #rig: Rig;
  readonly #seed: number;
  readonly #about: Subject;
  readonly #tool: FakeTool;
  readonly #world: World;
  readonly #around: Surroundings;
  readonly #story: string[] = [];
  #compiles = 0;
  /** The last call, to make it once more: nothing changed since, so it's answered from the cache. */
  #last: Call | undefined;
  #failure: TrialResult["failure"];

  constructor(rig: Rig, { seed, about = "all" }: TrialPlan, tool: FakeTool) {
    this.#rig = rig;
    this.#seed = seed;
    this.#about = about;
    this.#tool = tool;
    this.#world = new World(rig.work, seed);
    const random = new Random(seed);
    makeLibraries(this.#world, random);
    makeTidyUnits(this.#world, random);
    this.#around = {
      root: rig.root,
      command: async (word) => {
        const outcome = await rig.wrapped([word]);
        if (outcome.code !== 0) throw new Error(`Cannot ${word}: ${text(outcome.stderr)}`);
      },
    };
  }

  result(counters: Counters): TrialResult {
    const base = { compiles: this.#compiles, counters };
    return this.#failure === undefined ? base : { ...base, failure: this.#failure };
  }

  /** One change and the compiles after it; false once a difference was found. */
  async step(number: number): Promise<boolean> {
    const random = new Random(this.#seed * 1_000_003 + number);
    const kind = random.weighted(STEPS_ABOUT[this.#about]);
    const did = await kind.run(this.#world, random, this.#around);
    if (did !== undefined) this.#story.push(`${number}. ${kind.name}: ${did}`);
    const differences = [await this.#compare(random)];
    if (this.#about !== "links" && random.next() < DURING_RATE) {
      differences.push(await this.#editDuring(random));
    }
    if (random.below(3) === 0) differences.push(await this.#compare(random));
    if (random.below(3) === 0 && this.#last !== undefined) {
      differences.push(await this.#compareCall(this.#last));
    }
    const message = differences.find((difference) => difference !== undefined);
    if (message === undefined) return true;
    this.#failure = { message, step: number, story: this.#story };
    return false;
  }

  /** Runs a command bare and wrapped; says what differs. */
  #compare(random: Random): Promise<string | undefined> {
    this.#last = randomCall(this.#world, random, this.#about);
    return this.#compareCall(this.#last);
  }

  async #compareCall({ argv, bare: real, output }: Call): Promise<string | undefined> {
    this.#compiles += 1;
    this.#story.push(argv(output).join(" "));
    for (const file of ["out/bare.o", "out/bare.d", `${output}.d`]) {
      fs.rmSync(this.#world.at(file), { force: true });
    }
    // A failed compile leaves the old object alone or removes it, as the tool likes, and an archive is added to: both
    // start with the same.
    const kept = fs.existsSync(this.#world.at(`${output}.o`));
    if (kept) fs.copyFileSync(this.#world.at(`${output}.o`), this.#world.at("out/bare.o"));
    const [program, ...words] = argv("out/bare");
    const [bare, wrapped] = await Promise.all([
      this.#rig.bare([real ?? program!, ...words]),
      this.#rig.wrapped(argv(output)),
    ]);
    return this.#difference(bare, wrapped, output);
  }

  #difference(bare: Outcome, wrapped: Outcome, ours: string): string | undefined {
    const streams = (outcome: Outcome) =>
      JSON.stringify([outcome.code, outcome.signal, text(outcome.stdout), text(outcome.stderr)])
        .replaceAll(ours, "out/bare");
    if (streams(bare) !== streams(wrapped)) return `bare ${streams(bare)}\nours ${streams(wrapped)}`;
    for (const suffix of [".o", ".d"]) {
      const [expected, actual] = [this.#read(`out/bare${suffix}`), this.#read(`${ours}${suffix}`)];
      if (expected === undefined || actual === undefined) {
        if (expected !== actual) return `${ours}${suffix} is ${actual === undefined ? "missing" : "there"}`;
      } else if (!sameBytes(expected, actual)) {
        return suffix === ".d"
          ? `${ours}.d is ${text(actual)}\ninstead of ${text(expected)}`
          : `${ours}.o differs from the bare compiler's`;
      }
    }
    return undefined;
  }

  #read(path: string): Uint8Array | undefined {
    return fs.existsSync(this.#world.at(path)) ? fs.readFileSync(this.#world.at(path)) : undefined;
  }

  /** A header changes while the tool runs, before or after it is read; afterwards the answer must be for what is there. */
  async #editDuring(random: Random): Promise<string | undefined> {
    const [unit, header] = [
      random.pick(this.#world.units()) ?? "src/u0.c",
      random.pick(this.#world.headers()),
    ];
    if (header === undefined) return undefined;
    const argv = [this.#tool.path, "-O0", ...INCLUDE_OPTIONS, `-DMODE=${this.#world.mode}`, "-c", unit, "-o"];
    fs.rmSync(this.#world.at("out/during.o"), { force: true });
    this.#tool.hold(random.below(2) === 0 ? "before" : "after");
    const running = this.#rig.wrapped([...argv, "out/during.o"]);
    if (await this.#tool.arrived(running) === "held") {
      this.#world.write(header, headerText(indexOf(header), valueFrom(random)));
      this.#story.push(`during a compile of ${unit}: ${header}`);
      this.#tool.release();
      await running;
    }
    this.#tool.letGo();
    return this.#compareCall(unitCall(this.#world, unit, { program: this.#tool.path, bare: "gcc" }));
  }
}
