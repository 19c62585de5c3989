import type { PeerSession } from "../peers/peer.ts";
import { writeCUnits } from "./generate.ts";
import { type DaemonTotal, totalOf } from "./daemon_total.ts";
import { pause } from "./pause.ts";
import { type Outcome, type Rig, type Row, runAll, type Scenario, Sessions } from "./scenario.ts";

/** What a daemon takes while it has little to do: memory with a small cache, and processor time while idle. */
export const footprint: Scenario = {
  name: "footprint",
  what: "memory of the daemon at 100 entries, and its processor time over 10 idle seconds",
  run,
};

const ENTRIES = 100;

async function run(rig: Rig): Promise<Outcome[]> {
  const { sources } = await writeCUnits(rig.folder, ENTRIES);
  await using sessions = await Sessions.open(rig);
  const served: PeerSession[] = [];
  for (const session of sessions.list) {
    if ((await session.daemons()).length === 0) continue;
    served.push(session);
    const commands = sources.map((
      source,
    ) => [rig.compilers.c, "-c", source, "-o", `${source}.${session.name}.o`]);
    rig.say(`filling ${session.name} with ${ENTRIES} entries, then as many hits`);
    await runAll(rig, commands, { session, jobs: rig.jobs });
    await session.settle();
    await runAll(rig, commands, { session, jobs: rig.jobs });
  }
  const seconds = rig.effort.quick ? 3 : 10;
  await pause(rig);
  rig.say(`${seconds} idle seconds`);
  const before = await Promise.all(served.map(totalOf));
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const after = await Promise.all(served.map(totalOf));
  return [memory(served, after), idle(served, { before, after, seconds })];
}

function memory(served: readonly PeerSession[], totals: readonly DaemonTotal[]): Outcome {
  const row = (group: string, of: (total: DaemonTotal) => number): Row[] =>
    served.map((session, at) => ({ group, who: session.name, samples: [of(totals[at]!)] }));
  return {
    name: "memory",
    title: `The daemon's memory at ${ENTRIES} entries`,
    how: "Resident memory after as many misses and as many hits; private is the part that no file backs.",
    unit: "MiB",
    budget: "≤ 110 MiB resident",
    rows: [...row("resident", (t) => t.residentMib), ...row("private", (t) => t.privateMib)],
  };
}

function idle(
  served: readonly PeerSession[],
  { before, after, seconds }: {
    before: readonly DaemonTotal[];
    after: readonly DaemonTotal[];
    seconds: number;
  },
): Outcome {
  return {
    name: "idle",
    title: "Processor time while idle",
    how: `Over ${seconds} seconds without a request, as milliseconds per second.`,
    unit: "ms/s",
    budget: "0: nothing polls",
    rows: served.map((session, at) => ({
      group: "",
      who: session.name,
      samples: [(after[at]!.cpuMs - before[at]!.cpuMs) / seconds],
    })),
  };
}
