import { fetchCodeBase } from "../codebase/fetch.ts";
import { KNOWN } from "../codebase/known.ts";
import type { PeerSession } from "../peers/peer.ts";
import { cUnit } from "./generate.ts";
import {
  type Contestant,
  interleave,
  type Outcome,
  type Rig,
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

async function run(rig: Rig): Promise<Outcome[]> {
  const base = KNOWN["re2"]!;
  const tree = await fetchCodeBase(base, rig.codeBases);
  const text = await Deno.readTextFile(`${tree}/${base.unit}`);
  const flags = base.cxxFlags.map((flag) => flag.startsWith("-I") ? `-I${tree}/${flag.slice(2)}` : flag);
  await using sessions = await Sessions.open(rig);
  const everyone = [undefined, ...sessions.list];
  const large = everyone.map((session) =>
    contestant(session, base.unit.split("/").at(-1)!, (round) => {
      const who = session?.name ?? "bare";
      return compileLarge(rig, session, { text, flags, name: `large_${who}`, round });
    })
  );
  const small = everyone.map((session) =>
    contestant(session, `${SMALL_UNITS} small C units`, (round) => compileSmall(rig, session, round))
  );
  rig.say("compiling units that no cache has seen");
  const rows = [
    ...await interleave(rig.effort.quick ? 3 : 11, large),
    ...await interleave(rig.effort.quick ? 5 : 21, small),
  ];
  return [{
    name: "cold",
    title: "A miss",
    how:
      `Every round compiles new contents: a unit of ${base.title}, and ${SMALL_UNITS} C units of a few lines, ` +
      `${rig.jobs} at a time; time of the whole round.`,
    unit: "ms",
    budget: "≤ 1 % over bare",
    rows,
  }];
}

function contestant(
  session: PeerSession | undefined,
  group: string,
  sample: (round: number) => Promise<number>,
): Contestant {
  return { group, who: session?.name ?? "bare", sample };
}

async function compileLarge(
  rig: Rig,
  session: PeerSession | undefined,
  unit: { text: string; flags: readonly string[]; name: string; round: number },
): Promise<number> {
  const source = `${unit.name}.cc`;
  await Deno.writeTextFile(`${rig.folder}/${source}`, `${unit.text}\nextern int round_${unit.round};\n`);
  const command = [rig.compilers.cxx, ...unit.flags, "-c", source, "-o", `${unit.name}.o`];
  const { wallMs } = await runAll(rig, [command], session === undefined ? {} : { session });
  await session?.settle();
  return wallMs;
}

async function compileSmall(rig: Rig, session: PeerSession | undefined, round: number): Promise<number> {
  const who = session?.name ?? "bare";
  const commands: string[][] = [];
  for (let i = 0; i < SMALL_UNITS; i++) {
    const source = `small_${who}_${i}.c`;
    await Deno.writeTextFile(`${rig.folder}/${source}`, cUnit(round * SMALL_UNITS + i));
    commands.push([rig.compilers.c, "-O2", "-c", source, "-o", `${source}.o`]);
  }
  const { wallMs } = await runAll(rig, commands, {
    jobs: rig.jobs,
    ...(session === undefined ? {} : { session }),
  });
  await session?.settle();
  return wallMs;
}
