import { writeCUnits } from "./generate.ts";
import {
  type Contestant,
  hitsOf,
  interleave,
  type Outcome,
  type Rig,
  runAll,
  type Scenario,
  Sessions,
} from "./scenario.ts";

/** One command with many sources, all of them known; the other caches hand such a command on. */
export const several: Scenario = {
  name: "several",
  what: "fifty C sources in one command, all hits",
  run,
};

async function run(rig: Rig): Promise<Outcome[]> {
  const count = 50;
  const { sources } = await writeCUnits(rig.folder, count);
  const command = [rig.compilers.c, "-O1", "-c", ...sources];
  await using sessions = await Sessions.open(rig);
  const contestants: Contestant[] = [
    { group: "", who: "/bin/true", sample: () => timeOf(rig, ["/bin/true"]) },
    { group: "", who: "bare", sample: () => timeOf(rig, command) },
  ];
  for (const session of sessions.list) {
    await runAll(rig, [command], { session });
    await session.settle();
    const hits = await hitsOf(session, async () => void await runAll(rig, [command], { session }));
    const note = () => hits >= count ? "" : "compiled again";
    contestants.push({
      group: "",
      who: session.name,
      sample: async () => (await runAll(rig, [command], { session })).wallMs,
      note,
    });
  }
  const rounds = rig.effort.quick ? 5 : 15;
  rig.say(`${rounds} rounds`);
  return [{
    name: "several",
    title: "Fifty sources in one command, all hits",
    how:
      `${count} small C units given to one compiler command, which was run before; time of the whole command.`,
    unit: "ms",
    budget: "≤ 8 ms",
    rows: await interleave(rounds, contestants),
  }];
}

async function timeOf(rig: Rig, command: readonly string[]): Promise<number> {
  return (await runAll(rig, [command])).wallMs;
}
