import type { PeerSession } from "../peers/peer.ts";
import { writeCUnits } from "./generate.ts";
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

/** One command with many sources, all of them known; the other caches hand such a command on. */
export const several: Scenario = {
  name: "several",
  what: "fifty C sources in one command, all hits",
  run,
};

const COUNT = 50;

/** What stands where the outputs go before the command runs; `aside` takes what is to be gone. */
const STATES = {
  "after touch": () => {},
  "after clean": (path: string, aside: string) => Deno.renameSync(path, aside),
  "after another branch": (path: string) => Deno.writeTextFileSync(path, "other", { append: true }),
} as const;

type State = keyof typeof STATES;

async function run(rig: Rig): Promise<Outcome[]> {
  const { sources } = await writeCUnits(rig.folder, COUNT);
  const command = [rig.compilers.c, "-O1", "-c", ...sources];
  const objects = sources.map((source) => `${rig.folder}/${source.replace(/c$/, "o")}`);
  // Kept to the end: some file systems pass over each of the files deleted lately when they make one, so that
  // a bench that removed them would measure its own past.
  await Deno.mkdir(`${rig.folder}/aside`);
  let kept = 0;
  const timeOf = async (state: State, command: readonly string[], session?: PeerSession) => {
    for (const object of objects) STATES[state](object, `${rig.folder}/aside/${kept++}`);
    return (await runAll(rig, [command], { session })).wallMs;
  };
  await using sessions = await Sessions.open(rig);
  const contestants: Contestant[] = [
    { group: "", who: "/bin/true", sample: async () => (await runAll(rig, [["/bin/true"]])).wallMs },
  ];
  for (const session of sessions.list) {
    const note = await noteUnlessHit(session, COUNT, () => runAll(rig, [command], { session }));
    for (const state of Object.keys(STATES) as State[]) {
      // one who compiles doesn't look at what stands there
      if (note !== "" && state !== "after touch") continue;
      const sample = () => timeOf(state, command, session);
      contestants.push({ group: state, who: session.name, sample, note: () => note });
    }
  }
  contestants.push({ group: "after touch", who: "bare", sample: () => timeOf("after touch", command) });
  // The floor: what it costs here to make the same files by nothing but a copy.
  await Deno.mkdir(`${rig.folder}/copies`);
  await runAll(rig, [["cp", ...objects, "copies"]]);
  const copy = ["sh", "-c", "exec cp copies/*.o ."];
  for (const state of ["after clean", "after another branch"] as const) {
    contestants.push({ group: state, who: "cp", sample: () => timeOf(state, copy) });
  }
  const rounds = rig.effort.quick ? 5 : 15;
  rig.say(`${rounds} rounds`);
  return [{
    name: "several",
    title: "Fifty sources in one command, all hits",
    how: `${COUNT} small C units given to one compiler command, which was run before; time of the whole ` +
      "command. Its outputs stand there with the same bytes (touch), are gone (clean: they are put aside and kept, " +
      "since a file system may take long to make a file where many were deleted) or are others (branch).",
    unit: "ms",
    budget: "≤ 8 ms",
    rows: await interleave(rounds, contestants),
  }];
}
