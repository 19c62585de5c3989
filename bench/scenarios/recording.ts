import { processFacts } from "../measure/process.ts";
import { quantile, threeDigits } from "../measure/stats.ts";
import { benchEnv, outputOf, type PeerSession } from "../peers/peer.ts";
import { writeCxxUnits } from "./generate.ts";
import { type Outcome, type Rig, type Row, runAll, type Scenario, Sessions } from "./scenario.ts";

/** What it costs a hit that everything about it is recorded. */
export const recording: Scenario = {
  name: "recording",
  what: "a hit without a session, and in one with counts, journal and profile",
  run,
};

/** Hits of one sample that is timed, and of one whose processor time is taken. */
const FEW = 20;
const MANY = 300;

/** Hits of each way before the first sample: the daemon's code is compiled by then. */
const WARM_UP = 6000;

/** After this the daemon has written what it recorded of a sample, so that no other sample pays for it. */
const WRITTEN_MS = 1000;

/** One way of recording, and what its hits took, each sample's mean. */
interface Recorded {
  readonly who: string;
  readonly session: PeerSession;
  readonly wallMs: number[];
  /** Of the launcher and the daemon. */
  readonly cpuMs: number[];
}

async function run(rig: Rig): Promise<Outcome[]> {
  await using sessions = await Sessions.open(rig);
  const ours = sessions.list.find(({ name }) => name === "zccache");
  if (ours === undefined) return [];
  const { sources } = await writeCxxUnits(rig.folder, FEW);
  const commands = sources.map((source) => [rig.compilers.cxx, "-O1", "-c", source, "-o", `${source}.o`]);
  await runAll(rig, commands, { session: ours, jobs: rig.jobs });
  await ours.settle();
  const id = await begin(rig, ours);
  const recorded = (who: string, env: Readonly<Record<string, string>>): Recorded => ({
    who,
    session: { ...ours, env: { ...ours.env, ...env } },
    wallMs: [],
    cpuMs: [],
  });
  // the second is the first again: what they differ by is the machine's noise
  const ways = [
    recorded("no session", {}),
    recorded("no session, again", {}),
    recorded("session", { ZCCACHE_SESSION_ID: id }),
  ];
  const hits = (count: number) => Array.from({ length: count / FEW }, () => commands).flat();
  for (const { session } of ways) await runAll(rig, hits(rig.effort.quick ? MANY : WARM_UP), { session });
  const rounds = rig.effort.quick ? { few: 30, many: 3 } : { few: 400, many: 30 };
  rig.say(`${rounds.few} rounds of ${FEW} hits, and ${rounds.many} of ${MANY}, in ${ways.length} ways`);
  await inTurn(rounds.few, ways, (way) => time(rig, way, hits(FEW)));
  await inTurn(rounds.many, ways, (way) => takeCpu(rig, way, hits(MANY)));
  return outcomes(ways);
}

/** Each round begins with another way, so that drift hits all alike. */
async function inTurn(
  rounds: number,
  ways: readonly Recorded[],
  sample: (way: Recorded) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let step = 0; step < ways.length; step++) await sample(ways[(round + step) % ways.length]!);
  }
}

async function begin(rig: Rig, session: PeerSession): Promise<string> {
  const options = ["--stats", "--profile", "--journal", `${rig.folder}/session.jsonl`];
  const env = { ...benchEnv(rig.folder), ...session.env };
  const started = await outputOf([...session.prefix, "session-start", ...options], env);
  if (started === undefined) throw new Error("Cannot measure: the session was not begun");
  return (JSON.parse(started) as { session_id: string }).session_id;
}

async function time(rig: Rig, way: Recorded, hits: readonly string[][]): Promise<void> {
  const { wallMs } = await runAll(rig, hits, { session: way.session });
  way.wallMs.push(wallMs / hits.length);
}

async function takeCpu(rig: Rig, way: Recorded, hits: readonly string[][]): Promise<void> {
  const before = await cpuOf(way.session);
  const launchers = await runAll(rig, hits, { session: way.session });
  await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
  way.cpuMs.push((launchers.cpuMs + await cpuOf(way.session) - before) / hits.length);
}

async function cpuOf(session: PeerSession): Promise<number> {
  let total = 0;
  for (const pid of await session.daemons()) total += (await processFacts(pid)).cpuMs;
  return total;
}

function outcomes(ways: readonly Recorded[]): Outcome[] {
  const outcome = (
    name: string,
    what: string,
    samples: (way: Recorded) => readonly number[],
  ): Outcome => ({
    name,
    title: `${what}, by what is recorded`,
    how:
      "The same hits in a loop, without a session (twice, for the noise) and in one with --stats, --journal and " +
      "--profile, in turn, on the same daemon. The note: the median of each sample's ratio to that beside it.",
    unit: "ms",
    budget: "a session with everything costs ≤ 5 % of a hit",
    rows: ways.map((way): Row => ({
      group: "",
      who: way.who,
      samples: samples(way),
      ...(way === ways[0] ? {} : { note: ratios(samples(way), samples(ways[0]!)) }),
    })),
  });
  return [
    outcome("recording", "One hit", ({ wallMs }) => wallMs),
    outcome("recording-cpu", "Processor time of launcher and daemon for one hit", ({ cpuMs }) => cpuMs),
  ];
}

/** How samples compare with those that were taken beside them: `101.2 % (98.0 – 104.1)`. */
function ratios(samples: readonly number[], others: readonly number[]): string {
  const each = samples.map((sample, at) => sample / others[at]!);
  const percent = (share: number) => threeDigits(quantile(each, share) * 100);
  return `${percent(0.5)} % of the first (${percent(0.25)} – ${percent(0.75)})`;
}
