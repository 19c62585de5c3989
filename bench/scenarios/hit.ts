import { processFacts } from "../measure/process.ts";
import { writeCxxUnits } from "./generate.ts";
import {
  type Contestant,
  interleave,
  type Outcome,
  type Rig,
  type Row,
  runAll,
  type Scenario,
  Sessions,
} from "./scenario.ts";
import type { PeerSession } from "../peers/peer.ts";

/** The everyday case: C++ units that were compiled before, one after the other. */
export const hit: Scenario = {
  name: "hit",
  what: "one C++ hit, launcher process included, and the daemon's share of it",
  run,
};

async function run(rig: Rig): Promise<Outcome[]> {
  const count = rig.effort.quick ? 10 : 50;
  const { sources } = await writeCxxUnits(rig.folder, count);
  await using sessions = await Sessions.open(rig);
  for (const session of sessions.list) {
    rig.say(`filling ${session.name} with ${count} units`);
    await runAll(rig, commands(rig, sources, session.name), { session, jobs: rig.jobs });
    await session.settle();
  }
  const rounds = rig.effort.quick ? 7 : 25;
  rig.say(`${rounds} rounds of ${count} hits each`);
  const rows = await interleave(rounds, contestants(rig, sources, sessions.list));
  const few = sources.slice(0, 5);
  const spawned = await runAll(rig, commands(rig, few, "bare"));
  const bare = { group: "", who: "bare", samples: spawned.each.map((one) => one.wallMs) };
  const times: Outcome = {
    name: "hit",
    title: "One C++ hit",
    how:
      `${count} units in a loop, each command started and awaited by a small C program; time per command. ` +
      "The objects stand there from the run before.",
    unit: "ms",
    budget: "≤ 1.0 ms and ≤ 1.6 × /bin/true",
    rows: [bare, ...rows],
  };
  return [times, await daemonShare(rig, sources, sessions.list)];
}

function contestants(rig: Rig, sources: readonly string[], sessions: readonly PeerSession[]): Contestant[] {
  const truths = sources.map(() => ["/bin/true"]);
  return [
    { group: "", who: "/bin/true", sample: async () => (await runAll(rig, truths)).wallMs / truths.length },
    ...sessions.map((session): Contestant => {
      const hits = commands(rig, sources, session.name);
      return {
        group: "",
        who: session.name,
        sample: async () => (await runAll(rig, hits, { session })).wallMs / hits.length,
      };
    }),
  ];
}

/** Processor time of the server and of the commands themselves, per hit. */
async function daemonShare(
  rig: Rig,
  sources: readonly string[],
  sessions: readonly PeerSession[],
): Promise<Outcome> {
  const rows: Row[] = [];
  for (const session of sessions) {
    const hits = commands(rig, sources, session.name);
    const batches = await batchesFor(rig, session, hits);
    const many = Array.from({ length: batches }, () => hits).flat();
    const daemon: number[] = [];
    const client: number[] = [];
    for (let round = 0; round < (rig.effort.quick ? 1 : 3); round++) {
      const before = await cpuOf(session);
      client.push((await runAll(rig, many, { session })).cpuMs / many.length);
      daemon.push((await cpuOf(session) - before) / many.length);
    }
    if ((await session.daemons()).length > 0) {
      rows.push({ group: "daemon", who: session.name, samples: daemon });
    }
    rows.push({ group: "command", who: session.name, samples: client });
  }
  return {
    name: "hit-cpu",
    title: "Processor time of a hit",
    how:
      "User and system time over seconds of nothing but hits: the daemon's from its process clock, the command's from wait4().",
    unit: "ms",
    budget: "daemon ≤ 0.20 ms",
    rows: rows.toSorted((a, b) => b.group.localeCompare(a.group)),
  };
}

/** As many repetitions as take about four seconds: enough to see a fifth of a millisecond, bearable at fifty. */
async function batchesFor(rig: Rig, session: PeerSession, hits: readonly string[][]): Promise<number> {
  const { wallMs } = await runAll(rig, hits, { session });
  return Math.max(2, Math.round((rig.effort.quick ? 1000 : 4000) / wallMs));
}

async function cpuOf(session: PeerSession): Promise<number> {
  let total = 0;
  for (const pid of await session.daemons()) total += (await processFacts(pid)).cpuMs;
  return total;
}

function commands(rig: Rig, sources: readonly string[], who: string): string[][] {
  return sources.map((source) => [rig.compilers.cxx, "-O1", "-c", source, "-o", `${source}.${who}.o`]);
}
