import { compareOutputs } from "../codebase/compare.ts";
import { KNOWN } from "../codebase/known.ts";
import { openKnown } from "../codebase/open.ts";
import type { BuildResult } from "../codebase/project.ts";
import { bare } from "../peers/bare.ts";
import type { PeerSession } from "../peers/peer.ts";
import { type Outcome, type Rig, type Row, type Scenario, Sessions } from "./scenario.ts";

/** A real code base, built without a cache, with an empty one and with a full one. */
export const codeBase: Scenario = {
  name: "code-base",
  what: "a real code base: bare, cold and warm",
  run,
};

async function run(rig: Rig): Promise<Outcome[]> {
  const base = KNOWN[rig.effort.quick ? "leveldb" : "re2"]!;
  const workshop = { folder: rig.folder, compilers: rig.compilers };
  const project = await openKnown(base, rig.codeBases, { workshop, spawner: rig.spawner });
  await using sessions = await Sessions.open(rig);
  const plain = await bare.open(rig.folder);
  const build = async (session: PeerSession, step: string): Promise<BuildResult> => {
    rig.say(`${base.title}: ${session.name}, ${step}`);
    const keepAt = `${rig.folder}/kept-${session.name}-${step}`;
    const result = await project.build({ session, keepAt, jobs: rig.jobs, progress: () => {} });
    await session.settle();
    return result;
  };
  const first = await build(plain, "first");
  const cold = new Map<PeerSession, BuildResult>();
  for (const session of sessions.list) cold.set(session, await build(session, "cold"));
  const second = await build(plain, "second");
  const bareTimes = [first, second].map((result) => result.wallMs / 1000);
  const rows: Row[] = [{ group: "cold", who: "bare", samples: bareTimes }];
  for (const [session, result] of cold) {
    rows.push({
      group: "cold",
      who: session.name,
      samples: [result.wallMs / 1000],
      ...await same(first, result),
    });
  }
  rows.push({ group: "warm", who: "bare", samples: bareTimes });
  rows.push(...await warmRows(rig, sessions.list, { build, first }));
  return [{
    name: "code-base",
    title: `${base.title}, ${project.size} units`,
    how:
      `${base.package} ${base.version}, plain compile commands with -MD, ${rig.jobs} at a time; the bare build before and ` +
      "after the cold ones, the cold ones once, the warm ones in turn. Objects are compared with the bare build's.",
    unit: "s",
    budget: "cold ≤ 1 % over bare",
    rows,
  }];
}

async function warmRows(
  rig: Rig,
  sessions: readonly PeerSession[],
  how: { build: (session: PeerSession, step: string) => Promise<BuildResult>; first: BuildResult },
): Promise<Row[]> {
  const samples = new Map<PeerSession, number[]>(sessions.map((session) => [session, []]));
  const notes = new Map<PeerSession, { note?: string }>();
  for (let round = 0; round < (rig.effort.quick ? 2 : 5); round++) {
    for (const session of sessions) {
      const result = await how.build(session, "warm");
      samples.get(session)!.push(result.wallMs / 1000);
      notes.set(session, await same(how.first, result));
    }
  }
  return sessions.map((session) => ({
    group: "warm",
    who: session.name,
    samples: samples.get(session)!,
    ...notes.get(session),
  }));
}

/** A note if the outputs are not those of the bare build. */
async function same(first: BuildResult, other: BuildResult): Promise<{ note?: string }> {
  const { different } = await compareOutputs(first.outputs, other.outputs);
  return different.length === 0 ? {} : { note: `${different.length} files DIFFER from the bare build's` };
}
