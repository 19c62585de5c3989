import { timeToPong } from "../measure/readiness.ts";
import { benchEnv, type PeerSession } from "../peers/peer.ts";
import { DAEMON } from "../peers/zccache.ts";
import { writeCUnits } from "./generate.ts";
import {
  type Contestant,
  interleave,
  type Outcome,
  type Rig,
  runAll,
  type Scenario,
  Sessions,
} from "./scenario.ts";

/** The first commands when no daemon runs: one, and 64 at the same moment. */
export const restart: Scenario = {
  name: "restart",
  what: "from no daemon to the first hit, 64 launchers at once without a daemon, and the daemon's start",
  run,
};

const HERD = 64;

async function run(rig: Rig): Promise<Outcome[]> {
  const units = rig.effort.quick ? HERD : 500;
  const { sources } = await writeCUnits(rig.folder, units);
  await using sessions = await Sessions.open(rig);
  const one: Contestant[] = [];
  const many: Contestant[] = [];
  const ready: Contestant[] = [];
  for (const session of sessions.list) {
    rig.say(`filling ${session.name} with ${units} units`);
    const commands = sources.map((
      source,
    ) => [rig.compilers.c, "-c", source, "-o", `${source}.${session.name}.o`]);
    await runAll(rig, commands, { session, jobs: rig.jobs });
    await session.settle();
    one.push(await contestant(rig, session, commands.slice(0, 1)));
    many.push(await contestant(rig, session, commands.slice(0, HERD)));
    const root = session.env["ZCCACHE_CACHE_DIR"];
    if (root !== undefined) ready.push(readiness(rig, session, root));
  }
  rig.say("stopping and starting");
  const rounds = rig.effort.quick ? 3 : 9;
  return [{
    name: "restart",
    title: `Restart to first hit, ${units} units indexed`,
    how: "The daemon is stopped; then one command that starts it and is a hit. ccache has no daemon.",
    unit: "ms",
    budget: "≤ 250 ms, at 100,000 units too",
    rows: await interleave(rounds, one),
  }, {
    name: "herd",
    title: `${HERD} launchers at once, no daemon`,
    how:
      `The daemon is stopped; then ${HERD} commands start at the same moment; time until the last one ends.`,
    unit: "ms",
    budget: "all succeed, one daemon, ≤ 1 s",
    rows: await interleave(rounds, many),
  }, {
    name: "ready",
    title: `The daemon's start, ${units} units indexed`,
    how: "From the start of the daemon's process until it answers a ping.",
    unit: "ms",
    budget: "≤ 150 ms",
    rows: await interleave(rounds, ready),
  }];
}

function readiness(rig: Rig, session: PeerSession, root: string): Contestant {
  const env = { ...benchEnv(rig.folder), ...session.env };
  const sample = async () => {
    await session.stopDaemon();
    return await timeToPong(DAEMON, { env, socket: `${root}/daemon.sock` });
  };
  return { group: "", who: session.name, sample };
}

/** A contestant whose note says how many were hits, how many daemons they left, and whether one failed. */
async function contestant(
  rig: Rig,
  session: PeerSession,
  commands: readonly string[][],
): Promise<Contestant> {
  let failures = 0;
  const sample = async () => {
    await session.stopDaemon();
    const spawned = await runAll(rig, commands, { session, jobs: commands.length, tolerant: true });
    failures += spawned.each.filter((one) => one.code !== 0).length;
    return spawned.wallMs;
  };
  const served = (await session.daemons()).length > 0;
  // A daemon counts from its start, a cache without one from the beginning.
  const before = served ? 0 : (await session.counts()).hits;
  await sample();
  const notes = [`${(await session.counts()).hits - before} of ${commands.length} hits`];
  if (served) notes.push(`${(await session.daemons()).length} daemon(s)`);
  const note = () => [...notes, ...(failures === 0 ? [] : [`${failures} commands FAILED`])].join(", ");
  return { group: "", who: session.name, sample, note };
}
