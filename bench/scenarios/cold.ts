import { fetchCodeBase } from "../codebase/fetch.ts";
import { KNOWN } from "../codebase/known.ts";
import { processFacts } from "../measure/process.ts";
import type { Spawned } from "../measure/spawner.ts";
import type { PeerSession } from "../peers/peer.ts";
import { cUnit } from "./generate.ts";
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

/** What a miss costs over the bare compiler, for a large unit and for many small ones. */
export const cold: Scenario = {
  name: "cold",
  what: "cold overhead over the bare compiler: a real C++ unit, and many small C units",
  run,
};

const SMALL_UNITS = 40;

/** A contestant that compiles contents which are new in each round. */
interface Compiling {
  readonly group: string;
  readonly session: PeerSession | undefined;
  /** Units a round. */
  readonly units: number;
  compile(round: number): Promise<Spawned>;
}

async function run(rig: Rig): Promise<Outcome[]> {
  const base = KNOWN["re2"]!;
  const tree = await fetchCodeBase(base, rig.codeBases);
  const text = await Deno.readTextFile(`${tree}/${base.unit}`);
  const flags = base.cxxFlags.map((flag) => flag.startsWith("-I") ? `-I${tree}/${flag.slice(2)}` : flag);
  await using sessions = await Sessions.open(rig);
  const everyone = [undefined, ...sessions.list];
  const large = everyone.map((session): Compiling => {
    const unit = { text, flags, name: `large_${session?.name ?? "bare"}` };
    const compile = (round: number) => compileLarge(rig, session, { ...unit, round });
    return { group: base.unit.split("/").at(-1)!, session, units: 1, compile };
  });
  const small = everyone.map((session): Compiling => {
    const compile = (round: number) => compileSmall(rig, session, round);
    return { group: `${SMALL_UNITS} small C units`, session, units: SMALL_UNITS, compile };
  });
  rig.say("compiling units that no cache has seen");
  const { quick } = rig.effort;
  const rows = [
    ...await interleave(quick ? 3 : 11, large.map(contestant)),
    ...await interleave(quick ? 5 : 21, small.map(contestant)),
  ];
  rig.say("the same by processor time");
  const cpu = [...await cpuOfMisses(large, quick ? 2 : 5), ...await cpuOfMisses(small, quick ? 3 : 9)];
  return [{
    name: "cold",
    title: "A miss",
    how:
      `Every round compiles new contents: a unit of ${base.title}, and ${SMALL_UNITS} C units of a few lines, ` +
      `${rig.jobs} at a time; time of the whole round.`,
    unit: "ms",
    budget: "≤ 1 % over bare",
    rows,
  }, {
    name: "cold-cpu",
    title: "Processor time of a miss",
    how:
      "User and system time per unit, the compiler's and the daemon's included: what a build on busy cores pays.",
    unit: "ms",
    rows: cpu,
  }];
}

/** The commands' time and the daemon's, its children's too, once it has filed everything. */
async function cpuOfMisses(
  contestants: readonly Compiling[],
  rounds: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { group, session, units, compile } of contestants) {
    const samples: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await daemonCpuMs(session);
      const { cpuMs } = await compile(1000 + round);
      samples.push((cpuMs + await daemonCpuMs(session) - before) / units);
    }
    rows.push({ group, who: session?.name ?? "bare", samples });
  }
  return rows;
}

async function daemonCpuMs(session: PeerSession | undefined): Promise<number> {
  let total = 0;
  for (const pid of await session?.daemons() ?? []) {
    const facts = await processFacts(pid);
    total += facts.cpuMs + facts.childrenCpuMs;
  }
  return total;
}

function contestant({ group, session, compile }: Compiling): Contestant {
  return { group, who: session?.name ?? "bare", sample: async (round) => (await compile(round)).wallMs };
}

async function compileLarge(
  rig: Rig,
  session: PeerSession | undefined,
  unit: { text: string; flags: readonly string[]; name: string; round: number },
): Promise<Spawned> {
  const source = `${unit.name}.cc`;
  await Deno.writeTextFile(`${rig.folder}/${source}`, `${unit.text}\nextern int round_${unit.round};\n`);
  const command = [rig.compilers.cxx, ...unit.flags, "-c", source, "-o", `${unit.name}.o`];
  const spawned = await runAll(rig, [command], { session });
  await session?.settle();
  return spawned;
}

async function compileSmall(rig: Rig, session: PeerSession | undefined, round: number): Promise<Spawned> {
  const who = session?.name ?? "bare";
  const commands: string[][] = [];
  for (let i = 0; i < SMALL_UNITS; i++) {
    const source = `small_${who}_${i}.c`;
    await Deno.writeTextFile(`${rig.folder}/${source}`, cUnit(round * SMALL_UNITS + i));
    commands.push([rig.compilers.c, "-O2", "-c", source, "-o", `${source}.o`]);
  }
  const spawned = await runAll(rig, commands, { jobs: rig.jobs, session });
  await session?.settle();
  return spawned;
}
