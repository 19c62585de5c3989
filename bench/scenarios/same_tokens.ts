import type { PeerSession } from "../peers/peer.ts";
import { cxxUnit } from "./generate.ts";
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

/** Changes that the preprocessor removes: a comment, and a macro that nobody uses. */
export const sameTokens: Scenario = {
  name: "same-tokens",
  what: "an edited comment and an added -D that change nothing after preprocessing",
  run,
};

interface Variant {
  readonly group: string;
  /** The source's text and the extra flags in a round; each round has something new. */
  readonly edit: (round: number) => { readonly text: string; readonly flags: readonly string[] };
}

const UNIT = cxxUnit(1);
const VARIANTS: readonly Variant[] = [
  {
    group: "edited comment",
    edit: (round) => ({ text: UNIT.replace("// unit 1", `// edit ${round}`), flags: [] }),
  },
  { group: "added -D", edit: (round) => ({ text: UNIT, flags: [`-DNOBODY_USES_${round}`] }) },
];

async function run(rig: Rig): Promise<Outcome[]> {
  await using sessions = await Sessions.open(rig);
  const contestants: Contestant[] = [];
  for (const variant of VARIANTS) {
    contestants.push({
      group: variant.group,
      who: "bare",
      sample: (round) => compile(rig, variant, { round }),
    });
    contestants.push({
      group: variant.group,
      who: "-E only",
      sample: (round) => compile(rig, variant, { round, only: "-E" }),
    });
    for (const session of sessions.list) {
      await compile(rig, variant, { session, round: 1000 });
      await session.settle();
      const hits = await hitsOf(
        session,
        async () => void await compile(rig, variant, { session, round: 1001 }),
      );
      const note = () => hits === 1 ? "" : "compiled again";
      const sample = (round: number) => compile(rig, variant, { session, round });
      contestants.push({ group: variant.group, who: session.name, sample, note });
    }
  }
  rig.say("editing what the preprocessor removes");
  const rows = await interleave(rig.effort.quick ? 3 : 9, contestants);
  return [{
    name: "same-tokens",
    title: "A change that is gone after preprocessing",
    how:
      "A C++ unit that was compiled before gets another comment, or another -D that it does not use, each round.",
    unit: "ms",
    budget: "a hit, ≤ the time of -E + 5 %",
    rows,
  }];
}

async function compile(
  rig: Rig,
  variant: Variant,
  how: { session?: PeerSession; round: number; only?: string },
): Promise<number> {
  const who = how.session?.name ?? "bare";
  const source = `${variant.group.replaceAll(/\W/g, "")}_${who}.cpp`;
  const { text, flags } = variant.edit(how.round);
  await Deno.writeTextFile(`${rig.folder}/${source}`, text);
  const command = [rig.compilers.cxx, "-O2", ...flags, how.only ?? "-c", source, "-o", `${source}.o`];
  const { wallMs } = await runAll(rig, [command], how.session === undefined ? {} : { session: how.session });
  await how.session?.settle();
  return wallMs;
}
