import { buildC } from "../measure/spawner.ts";
import { processFacts } from "../measure/process.ts";
import { outputOf, type PeerSession } from "../peers/peer.ts";
import { type Outcome, type Rig, type Row, runAll, type Scenario, Sessions } from "./scenario.ts";

/** zccache with as many units as a very large project has. */
export const large: Scenario = {
  name: "large",
  what: "zccache with 100,000 units of 400 headers: memory, hit, restart (only with --large)",
  run,
};

const HEADERS = 2999;
const UNITS_A_FOLDER = 1000;
const HITS = 1000;

async function run(rig: Rig): Promise<Outcome[]> {
  const own = rig.peers.filter((peer) => peer.name === "zccache");
  if (rig.effort.units === 0 || own.length === 0) return [];
  const compiler = await standIn(rig);
  rig.say(`writing ${rig.effort.units} sources and ${HEADERS} headers`);
  const commands = (await writeSources(rig)).map((source) => [compiler, "-c", source, "-o", `${source}.o`]);
  await using sessions = await Sessions.open({ ...rig, peers: own });
  const session = sessions.list[0]!;
  await fill(rig, session, commands);
  const memory = await residentMib(session);
  const first = await measureHits(rig, session, commands);
  const again = await measureHits(rig, session, commands);
  const restarts = await measureRestarts(rig, session, commands);
  const fresh = await measureHits(rig, session, commands);
  const row = (group: string, samples: readonly number[], note: string): Row => ({
    group,
    who: "zccache",
    samples,
    note,
  });
  const title = `${rig.effort.units.toLocaleString("en")} units × 400 headers`;
  const how = "The units come from a stand-in that writes an object and a dependency file without compiling.";
  return [{
    name: "large-memory",
    title: `The daemon's memory, ${title}`,
    how:
      `Resident memory after filling, after ${HITS} hits all over the cache, and after a restart and one hit. ${how}`,
    unit: "MiB",
    budget: "≤ 400 MiB",
    rows: [
      row("filled", [memory], ""),
      row("after hits", [again.memoryMib], ""),
      row("restarted", [restarts.memoryMib], ""),
    ],
  }, {
    name: "large-times",
    title: `Times, ${title}`,
    how:
      `${HITS} hits all over the cache, one after the other; and the first command after the daemon was stopped. ${how}`,
    unit: "ms",
    budget: "restart to first hit ≤ 250 ms, a hit as with a small cache",
    rows: [
      row("the first hit after filling", first.times, `${first.hits} of ${HITS} hits`),
      row("of that, the daemon", [first.daemonMs], "processor time"),
      row("a hit", again.times, `${again.hits} of ${HITS} hits`),
      row("the daemon's share", [again.daemonMs], "processor time"),
      row("restart to first hit", restarts.times, `${restarts.hits} of ${restarts.times.length} hits`),
      row("a unit's first hit since", fresh.times, `${fresh.hits} of ${HITS} hits`),
      row("of these, the daemon", [fresh.daemonMs], "processor time"),
    ],
  }];
}

/** Compiles the stand-in under the name of the real compiler, so that it is taken for one. */
async function standIn(rig: Rig): Promise<string> {
  const real = (await outputOf(["sh", "-c", `command -v ${rig.compilers.c}`]))?.trim();
  if (real === undefined) throw new Error(`Cannot find ${rig.compilers.c}`);
  await Deno.mkdir(`${rig.folder}/bin`);
  const name = rig.compilers.c.split("/").at(-1)!;
  return await buildC("scenarios/stand_in.c", `${rig.folder}/bin`, { name, flags: [`-DREAL="${real}"`] });
}

async function writeSources(rig: Rig): Promise<string[]> {
  await Deno.mkdir(`${rig.folder}/include`);
  for (let i = 0; i < HEADERS; i++) {
    await Deno.writeTextFile(`${rig.folder}/include/h${i}.h`, `int header_${i};\n`);
  }
  const sources: string[] = [];
  for (let i = 0; i < rig.effort.units; i++) {
    const folder = `part${Math.floor(i / UNITS_A_FOLDER)}`;
    if (i % UNITS_A_FOLDER === 0) await Deno.mkdir(`${rig.folder}/${folder}`);
    sources.push(`${folder}/unit${i}.c`);
    await Deno.writeTextFile(`${rig.folder}/${folder}/unit${i}.c`, `int unit_${i};\n`);
  }
  return sources;
}

async function fill(rig: Rig, session: PeerSession, commands: readonly string[][]): Promise<void> {
  const portion = Math.ceil(commands.length / 10);
  for (let at = 0; at < commands.length; at += portion) {
    await runAll(rig, commands.slice(at, at + portion), { session, jobs: rig.jobs });
    await session.settle();
    rig.say(
      `${Math.min(at + portion, commands.length)} units: ${(await residentMib(session)).toFixed(0)} MiB`,
    );
  }
}

async function measureHits(rig: Rig, session: PeerSession, commands: readonly string[][]) {
  const step = commands.length / HITS;
  const spread = Array.from({ length: HITS }, (_, i) => commands[Math.floor(i * step)]!);
  const before = await session.counts();
  const cpu = await cpuMs(session);
  const spawned = await runAll(rig, spread, { session });
  // before the counters are asked for: with so many units to count, that takes a while
  const daemonMs = (await cpuMs(session) - cpu) / HITS;
  const after = await session.counts();
  return {
    times: spawned.each.map((one) => one.wallMs),
    hits: after.hits - before.hits,
    daemonMs,
    memoryMib: await residentMib(session),
  };
}

async function measureRestarts(rig: Rig, session: PeerSession, commands: readonly string[][]) {
  const times: number[] = [];
  let hits = 0;
  for (let round = 0; round < 5; round++) {
    await session.stopDaemon();
    const command = commands[Math.floor(commands.length * (round + 0.5) / 5)]!;
    times.push((await runAll(rig, [command], { session })).wallMs);
    hits += (await session.counts()).hits;
  }
  return { times, hits, memoryMib: await residentMib(session) };
}

async function residentMib(session: PeerSession): Promise<number> {
  const [pid] = await session.daemons();
  if (pid === undefined) throw new Error("Cannot measure: zccache's daemon is gone");
  return (await processFacts(pid)).residentMib;
}

async function cpuMs(session: PeerSession): Promise<number> {
  const [pid] = await session.daemons();
  return pid === undefined ? 0 : (await processFacts(pid)).cpuMs;
}
