import type { Compilers } from "../codebase/compilers.ts";
import { type Spawned, Spawner } from "../measure/spawner.ts";
import type { Cleanup } from "../cleanup.ts";
import { benchEnv, type Peer, type PeerSession } from "../peers/peer.ts";

/** How thorough a run is. */
export interface Effort {
  /** Fewer rounds and smaller inputs: minutes become seconds, and the figures rougher. */
  readonly quick: boolean;
  /** How many units the large cache gets; 0 leaves it out. */
  readonly units: number;
  /** How many hits the soak makes. */
  readonly soak: number;
}

/** What a scenario has to work with. */
export interface Rig {
  /** An empty folder of the scenario's own. */
  readonly folder: string;
  /** Where fetched code bases are kept. */
  readonly codeBases: string;
  readonly spawner: Spawner;
  readonly compilers: Compilers;
  /** The caches that are installed; the bare compiler is not among them. */
  readonly peers: readonly Peer[];
  readonly effort: Effort;
  readonly jobs: number;
  /** Where the stopping of what a scenario starts is registered, in case of an interruption. */
  readonly cleanup: Cleanup;
  /** Tells the user what is being done. */
  readonly say: (text: string) => void;
}

/** The figures of one contestant in one group. */
export interface Row {
  /** What distinguishes rows of the same contestant, such as `400 headers`; empty if nothing does. */
  readonly group: string;
  /** A peer's name, or that of a floor such as `/bin/true`. */
  readonly who: string;
  readonly samples: readonly number[];
  /** Something to know about the figure, such as that it was not a hit; empty if nothing is. */
  readonly note?: string;
}

/** A line of a plot over time. */
export interface Series {
  readonly who: string;
  readonly unit: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What a scenario measured. */
export interface Outcome {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly how: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  /** What zccache is meant to reach. */
  readonly budget?: string;
  readonly series?: readonly Series[];
}

export interface Scenario {
  readonly name: string;
  readonly what: string;
  run(rig: Rig): Promise<readonly Outcome[]>;
}

/** The caches of a scenario, each on a private root; disposing of it stops them all. */
export class Sessions implements AsyncDisposable {
  readonly list: readonly PeerSession[];
  #ending: Promise<void> | undefined;

  private constructor(list: readonly PeerSession[]) {
    this.list = list;
  }

  /** Opens every installed cache. If one can't be opened, the others are stopped and the error goes on. */
  static async open(rig: Rig): Promise<Sessions> {
    const list: PeerSession[] = [];
    const sessions = new Sessions(list);
    rig.cleanup.add(() => sessions[Symbol.asyncDispose]());
    try {
      for (const peer of rig.peers) list.push(await peer.open(`${rig.folder}/${peer.name}`));
    } catch (error) {
      await sessions[Symbol.asyncDispose]();
      throw error;
    }
    return sessions;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#ending ??= this.#end();
  }

  async #end(): Promise<void> {
    for (const session of this.list) await session[Symbol.asyncDispose]();
  }
}

/** A contestant of an interleaved measurement: gives one sample each time. */
export interface Contestant {
  readonly group: string;
  readonly who: string;
  /** `round` counts from 0. */
  sample(round: number): Promise<number>;
  /** Asked for after the last sample. */
  note?(): string;
}

/** Samples the contestants in turn, each round beginning with another one, so that drift hits all alike. */
export async function interleave(rounds: number, contestants: readonly Contestant[]): Promise<Row[]> {
  const samples = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let step = 0; step < contestants.length; step++) {
      const at = (round + step) % contestants.length;
      samples[at]!.push(await contestants[at]!.sample(round));
    }
  }
  return contestants.map((contestant, at) => ({
    group: contestant.group,
    who: contestant.who,
    samples: samples[at]!,
    note: contestant.note?.() ?? "",
  }));
}

/** How commands of a scenario are run. */
export interface RunOptions {
  /** The cache in front of the commands; none unless given. */
  readonly session?: PeerSession | undefined;
  /** The folder that they run in, below the scenario's; that one itself unless given. */
  readonly below?: string;
  /** 1 unless given. */
  readonly jobs?: number;
  /** Whether failures are for the caller to look at. */
  readonly tolerant?: boolean;
}

/** Runs commands in the scenario's folder. Throws `Error` if one of them fails: a figure would mean nothing. */
export async function runAll(
  rig: Rig,
  commands: readonly (readonly string[])[],
  { session, below, jobs = 1, tolerant = false }: RunOptions = {},
): Promise<Spawned> {
  const spawned = await rig.spawner.run(commands.map((words) => [...(session?.prefix ?? []), ...words]), {
    cwd: below === undefined ? rig.folder : `${rig.folder}/${below}`,
    env: { ...benchEnv(rig.folder), ...session?.env },
    jobs,
    log: `${rig.folder}/log`,
  });
  const failed = spawned.each.find((one) => one.code !== 0);
  if (failed === undefined || tolerant) return spawned;
  const log = await Deno.readTextFile(`${rig.folder}/log`);
  throw new Error(
    `Cannot measure: ${commands[failed.index]!.join(" ")} exited with ${failed.code}: ${log.slice(-2000)}`,
  );
}

/** Runs something twice; gives the note of a row whose second time was not the hits that are expected of a cache. */
export async function noteUnlessHit(
  session: PeerSession,
  hits: number,
  work: (time: number) => Promise<unknown>,
): Promise<string> {
  await work(0);
  await session.settle();
  const before = (await session.counts()).hits;
  await work(1);
  await session.settle();
  return (await session.counts()).hits - before >= hits ? "" : "compiled again";
}
