import { processFacts } from "../measure/process.ts";
import { benchEnv, outputOf, type PeerSession } from "../peers/peer.ts";
import { writeCxxUnits } from "./generate.ts";
import { type Outcome, type Rig, type Row, runAll, type Scenario, Sessions } from "./scenario.ts";

/** What it costs a hit that everything about it is recorded. */
export const recording: Scenario = {
  name: "recording",
  what: "a hit without a session, and in one with counts, journal and profile",
  run,
};

/** The hits of one sample, and how they were recorded. */
interface Recorded {
  readonly who: string;
  readonly session: PeerSession;
  readonly wallMs: number[];
  readonly daemonMs: number[];
}

async function run(rig: Rig): Promise<Outcome[]> {
  await using sessions = await Sessions.open(rig);
  const ours = sessions.list.find(({ name }) => name === "zccache");
  if (ours === undefined) return [];
  const count = rig.effort.quick ? 10 : 50;
  const { sources } = await writeCxxUnits(rig.folder, count);
  const commands = sources.map((source) => [rig.compilers.cxx, "-O1", "-c", source, "-o", `${source}.o`]);
  await runAll(rig, commands, { session: ours, jobs: rig.jobs });
  await ours.settle();
  const id = await begin(rig, ours);
  const both: Recorded[] = [
    { who: "no session", session: ours, wallMs: [], daemonMs: [] },
    {
      who: "session",
      session: { ...ours, env: { ...ours.env, ZCCACHE_SESSION_ID: id } },
      wallMs: [],
      daemonMs: [],
    },
  ];
  const hits = Array.from({ length: 2 }, () => commands).flat();
  for (const { session } of both) await runAll(rig, hits, { session });
  const rounds = rig.effort.quick ? 6 : 100;
  rig.say(`${rounds} rounds of ${hits.length} hits each`);
  for (let round = 0; round < rounds; round++) {
    for (const recorded of round % 2 === 0 ? both : both.toReversed()) await sample(rig, recorded, hits);
  }
  return outcomes(both, hits.length);
}

async function begin(rig: Rig, session: PeerSession): Promise<string> {
  const options = ["--stats", "--profile", "--journal", `${rig.folder}/session.jsonl`];
  const env = { ...benchEnv(rig.folder), ...session.env };
  const started = await outputOf([...session.prefix, "session-start", ...options], env);
  if (started === undefined) throw new Error("Cannot measure: the session was not begun");
  return (JSON.parse(started) as { session_id: string }).session_id;
}

async function sample(rig: Rig, recorded: Recorded, hits: readonly string[][]): Promise<void> {
  const { session } = recorded;
  const before = await cpuOf(session);
  const { wallMs } = await runAll(rig, hits, { session });
  recorded.daemonMs.push((await cpuOf(session) - before) / hits.length);
  recorded.wallMs.push(wallMs / hits.length);
}

async function cpuOf(session: PeerSession): Promise<number> {
  let total = 0;
  for (const pid of await session.daemons()) total += (await processFacts(pid)).cpuMs;
  return total;
}

function outcomes(both: readonly Recorded[], count: number): Outcome[] {
  const rows = (samples: (recorded: Recorded) => readonly number[]): Row[] =>
    both.map((recorded) => ({ group: "", who: recorded.who, samples: samples(recorded) }));
  const how =
    `Rounds of ${count} hits in a loop, without a session and in one with --stats, --journal and --profile, ` +
    "in turn, on the same daemon.";
  const budget = "a session with everything costs ≤ 5 %";
  return [{
    name: "recording",
    title: "One hit, by what is recorded",
    how,
    unit: "ms",
    budget,
    rows: rows(({ wallMs }) => wallMs),
  }, {
    name: "recording-cpu",
    title: "Processor time of the daemon for one hit, by what is recorded",
    how,
    unit: "ms",
    budget,
    rows: rows(({ daemonMs }) => daemonMs),
  }];
}
