import type { PeerSession } from "../peers/peer.ts";
import { writeHeaders } from "./generate.ts";
import {
  type Contestant,
  interleave,
  type Outcome,
  type Rig,
  runAll,
  type Scenario,
  Sessions,
} from "./scenario.ts";

/** Whether a hit costs more when the unit includes more. */
export const headers: Scenario = {
  name: "headers",
  what: "a hit with 4, 400 and 4,000 headers",
  run,
};

const COUNTS = [4, 400, 4000];
const HITS = 20;

async function run(rig: Rig): Promise<Outcome[]> {
  await using sessions = await Sessions.open(rig);
  const contestants: Contestant[] = [];
  for (const count of COUNTS) {
    const source = await writeHeaders(rig.folder, count);
    const group = `${count.toLocaleString("en")} headers`;
    contestants.push({ group, who: "bare", sample: () => compile(rig, source, { times: 1 }) });
    for (const session of sessions.list) {
      await compile(rig, source, { session, times: 1 });
      await session.settle();
      contestants.push({
        group,
        who: session.name,
        sample: () => compile(rig, source, { session, times: HITS }),
      });
    }
  }
  rig.say(`${HITS} hits a round`);
  return [{
    name: "headers",
    title: "A hit, by the number of headers",
    how: `A C unit that includes 4, 400 and 4,000 small headers; ${HITS} hits in a loop, time per command.`,
    unit: "ms",
    budget: "the same for all three",
    rows: await interleave(rig.effort.quick ? 3 : 9, contestants),
  }];
}

async function compile(
  rig: Rig,
  source: string,
  how: { session?: PeerSession; times: number },
): Promise<number> {
  const command = [rig.compilers.c, "-c", source, "-o", `${source}.${how.session?.name ?? "bare"}.o`];
  const commands = Array.from({ length: how.times }, () => command);
  const { wallMs } = await runAll(rig, commands, { session: how.session });
  return wallMs / how.times;
}
