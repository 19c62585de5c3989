import type { PeerSession } from "../peers/peer.ts";
import { cxxUnit } from "./generate.ts";
import {
  type Contestant,
  interleave,
  noteUnlessHit,
  type Outcome,
  type Rig,
  runAll,
  type Scenario,
  Sessions,
} from "./scenario.ts";

/** Changes that the preprocessor removes – a comment, a macro that nobody uses – and one that it doesn't. */
export const sameTokens: Scenario = {
  name: "same-tokens",
  what: "an edited comment and an added -D that change nothing after preprocessing",
  run,
};

/** A unit's text and the extra flags to compile it with. */
interface Edit {
  readonly text: string;
  readonly flags: readonly string[];
}

interface Variant {
  readonly group: string;
  /** What is compiled in a round; each round has something new. */
  readonly edit: (round: number) => Edit;
  /** What was compiled before, where not the rounds before are meant. */
  readonly before?: (round: number) => Edit;
}

const UNIT = cxxUnit(1);
const VARIANTS: readonly Variant[] = [
  {
    group: "edited comment",
    edit: (round) => ({ text: UNIT.replace("// unit 1", `// edit ${round}`), flags: [] }),
  },
  { group: "added -D", edit: (round) => ({ text: UNIT, flags: [`-DNOBODY_USES_${round}`] }) },
  {
    group: "added -D, the unit's first",
    edit: (round) => ({ text: cxxUnit(round + 2), flags: [`-DNOBODY_USES_${round}`] }),
    before: (round) => ({ text: cxxUnit(round + 2), flags: [] }),
  },
];

/** Another text after preprocessing each time: whoever looks for it looks in vain. */
const USED: Variant = {
  group: "",
  edit: (round) => ({ text: `${UNIT}int used = USED;\n`, flags: [`-DUSED=${round}`] }),
};
/** How many compiles a cache has to find out that looking is in vain, and how many make up a sample. */
const LESSONS = 8;
const COMPILES = 4;

async function run(rig: Rig): Promise<Outcome[]> {
  await using sessions = await Sessions.open(rig);
  rig.say("editing what the preprocessor removes");
  const rounds = rig.effort.quick ? 3 : 9;
  const kept: Contestant[] = [];
  for (const variant of VARIANTS) {
    const { group } = variant;
    kept.push({ group, who: "bare", sample: (round) => compile(rig, variant, { round }) });
    kept.push({ group, who: "-E only", sample: (round) => compile(rig, variant, { round, only: "-E" }) });
    for (const session of sessions.list) {
      const sample = (round: number) => compile(rig, variant, { session, round });
      const note = await noteUnlessHit(session, 1, (time) => sample(1000 + time));
      kept.push({ group, who: session.name, sample, note: () => note });
    }
  }
  const rows = await interleave(rounds, kept);
  rig.say("changing what it does not remove");
  const changed: Contestant[] = [{ group: "", who: "bare", sample: (round) => changeSome(rig, round) }];
  for (const session of sessions.list) {
    for (let lesson = 0; lesson < LESSONS; lesson++) {
      await compile(rig, USED, { session, round: 1e6 + lesson, below: session.name });
    }
    changed.push({ group: "", who: session.name, sample: (round) => changeSome(rig, round, session) });
  }
  return [{
    name: "same-tokens",
    title: "A change that is gone after preprocessing",
    how: "A C++ unit that was compiled before gets another comment, or another -D that it does not use, " +
      "each round; “first”: that unit was never compiled with another -D.",
    unit: "ms",
    budget: "a hit, ≤ the time of -E + 5 %",
    rows,
  }, {
    name: "other-tokens",
    title: "A -D that is used",
    how:
      `A C++ unit is compiled with another value of a macro that it uses, ${COMPILES} times a round, time ` +
      `of one; ${LESSONS} such compiles went before. Looking for the preprocessed text is in vain here.`,
    unit: "ms",
    budget: "≤ 5 % over bare",
    rows: await interleave(rounds, changed),
  }];
}

/** The mean time of some compiles of which each gives something new, in a folder where all do. */
async function changeSome(rig: Rig, round: number, session?: PeerSession): Promise<number> {
  let sum = 0;
  for (let at = 0; at < COMPILES; at++) {
    const below = session?.name ?? "bare";
    sum += await compile(rig, USED, { session, round: round * COMPILES + at, below });
  }
  return sum / COMPILES;
}

/** Compiles what a round compiles, after what it compiled before; gives the time of the latter. */
async function compile(
  rig: Rig,
  variant: Variant,
  how: { session?: PeerSession | undefined; round: number; only?: string; below?: string },
): Promise<number> {
  const { session, round, only = "-c", below = "." } = how;
  const source = `${variant.group.replaceAll(/\W/g, "")}_${session?.name ?? "bare"}.cpp`;
  await Deno.mkdir(`${rig.folder}/${below}`, { recursive: true });
  const time = async ({ text, flags }: Edit) => {
    await Deno.writeTextFile(`${rig.folder}/${below}/${source}`, text);
    const command = [rig.compilers.cxx, "-O2", ...flags, only, source, "-o", `${source}.o`];
    const { wallMs } = await runAll(rig, [command], { session, below });
    await session?.settle();
    return wallMs;
  };
  if (session !== undefined && variant.before !== undefined) await time(variant.before(round));
  return await time(variant.edit(round));
}
