import { processFacts } from "../measure/process.ts";
import { slope } from "../measure/stats.ts";
import type { PeerSession } from "../peers/peer.ts";
import { writeCUnits } from "./generate.ts";
import {
  type Outcome,
  type Rig,
  type Row,
  runAll,
  type Scenario,
  type Series,
  Sessions,
} from "./scenario.ts";

/** Whether memory and descriptors stay where they are while hits go on and on. */
export const soak: Scenario = {
  name: "soak",
  what: "memory and descriptors of zccache's daemon over many hits",
  run,
};

const UNITS = 50;
const SAMPLES = 40;

interface Point {
  readonly hits: number;
  readonly residentMib: number;
  readonly descriptors: number;
  readonly threads: number;
}

async function run(rig: Rig): Promise<Outcome[]> {
  const own = rig.peers.filter((peer) => peer.name === "zccache");
  if (own.length === 0) return [];
  const { sources } = await writeCUnits(rig.folder, UNITS);
  await using sessions = await Sessions.open({ ...rig, peers: own });
  const session = sessions.list[0]!;
  const commands = sources.map((source) => [rig.compilers.c, "-c", source, "-o", `${source}.o`]);
  await runAll(rig, commands, { session, jobs: rig.jobs });
  await session.settle();
  const points = await watch(rig, session, commands);
  const missed = (await session.counts()).misses - UNITS;
  return [outcome(points, missed)];
}

async function watch(rig: Rig, session: PeerSession, commands: readonly string[][]): Promise<Point[]> {
  const batch = Math.max(1, Math.round(rig.effort.soak / SAMPLES / commands.length));
  const many = Array.from({ length: batch }, () => commands).flat();
  const points: Point[] = [];
  let hits = 0;
  for (let i = 0; i < SAMPLES; i++) {
    await runAll(rig, many, { session, jobs: rig.jobs });
    hits += many.length;
    const [pid, ...others] = await session.daemons();
    if (pid === undefined || others.length > 0) {
      throw new Error("Cannot soak: there is not exactly one daemon");
    }
    const { residentMib, descriptors, threads } = await processFacts(pid);
    points.push({ hits, residentMib, descriptors, threads });
    if (i % 10 === 9) rig.say(`${hits} hits: ${residentMib.toFixed(0)} MiB, ${descriptors} descriptors`);
  }
  return points;
}

/** The second half tells about growth: before that, the runtime's own heap settles. */
function outcome(points: readonly Point[], missed: number): Outcome {
  const late = points.slice(points.length / 2);
  const of = (y: (point: Point) => number) => points.map((point) => ({ x: point.hits, y: y(point) }));
  const growth = (y: (point: Point) => number) => slope(late.map((p) => ({ x: p.hits, y: y(p) }))) * 100_000;
  const row = (group: string, y: (point: Point) => number): Row => ({
    group,
    who: "zccache",
    samples: [growth(y)],
    note: `${y(points[0]!).toFixed(0)} at the start, ${y(points.at(-1)!).toFixed(0)} at the end`,
  });
  const series: Series[] = [
    { who: "resident memory", unit: "MiB", points: of((p) => p.residentMib) },
    { who: "descriptors", unit: "", points: of((p) => p.descriptors) },
  ];
  return {
    name: "soak",
    title: `Growth over ${points.at(-1)!.hits.toLocaleString("en")} hits`,
    how: `Growth per 100,000 hits, from the second half of the run; ${missed} of all were not hits.`,
    unit: "per 100,000 hits",
    budget: "flat",
    rows: [
      row("MiB resident", (p) => p.residentMib),
      row("descriptors", (p) => p.descriptors),
      row("threads", (p) => p.threads),
    ],
    series,
  };
}
