import { benchEnv, outputOf, type PeerSession } from "../peers/peer.ts";
import { bare } from "../peers/bare.ts";
import { totalOf } from "./daemon_total.ts";
import {
  type Contestant,
  interleave,
  type Outcome,
  type Rig,
  type Row,
  type Scenario,
  Sessions,
} from "./scenario.ts";

/** Real Rust programs, built and checked by cargo: bare, cold, warm, and after one edit. */
export const cargo: Scenario = {
  name: "cargo",
  what:
    "ripgrep and a program on well-known crates, by cargo: build, check, clippy, edits; the daemon's memory",
  run,
};

/** A program, and the packages that it is built from. */
interface Program {
  readonly name: string;
  readonly manifest: string;
  readonly main: string;
  /** A package whose own source is what is built, by name and version; else the program itself. */
  readonly unpacked?: string;
  /** The source that an edit goes to. */
  readonly edited: string;
}

const PROGRAMS: readonly Program[] = [
  {
    name: "ripgrep",
    manifest: `ripgrep = "=14.1.1"\n`,
    main: "fn main() {}\n",
    unpacked: "ripgrep-14.1.1",
    edited: "crates/core/main.rs",
  },
  {
    name: "serde+syn+tokio+regex",
    manifest: `serde = { version = "=1.0.219", features = ["derive"] }
syn = { version = "=2.0.101", features = ["full"] }
tokio = { version = "=1.45.0", features = ["rt", "macros", "sync", "time"] }
regex = "=1.11.1"
`,
    main: `#[derive(serde::Serialize)]
struct Point { x: i32 }
fn main() { println!("{} {}", Point { x: 1 }.x, regex::Regex::new("a").unwrap().is_match("a")); }
`,
    edited: "src/main.rs",
  },
];

/**
 * How often a cold build is made: thrice at each place in the turns, as the one before leaves the machine's memory in its
 * way. With fewer, a machine whose speed goes up and down hides a difference of a few percent.
 */
const COLD_ROUNDS = 9;

/** How often a build from the cache is made: what takes little is made until so many seconds are spent. */
const WARM_ROUNDS = { least: 3, most: 9, seconds: 10 };

/** Caches that cargo can have for a wrapper. */
const WRAPPERS: ReadonlySet<string> = new Set(["zccache", "sccache"]);

interface Place {
  readonly rig: Rig;
  readonly folder: string;
  readonly program: Program;
}

async function run(rig: Rig): Promise<Outcome[]> {
  if (await outputOf(["cargo", "--version"]) === undefined) {
    rig.say("not measured: cargo is not there");
    return [];
  }
  await using sessions = await Sessions.open({
    ...rig,
    peers: rig.peers.filter((peer) => WRAPPERS.has(peer.name)),
  });
  const plain = await bare.open(rig.folder);
  const outcomes: Outcome[] = [];
  for (const program of PROGRAMS) {
    const folder = await prepare(rig, program);
    const all = [plain, ...sessions.list];
    const place = { rig, folder, program };
    const rows = [...await builds(place, all), ...await edits(place, all)];
    outcomes.push(await memory(program, sessions.list), {
      name: `cargo-${program.name}`,
      title: `${program.name} by cargo`,
      how:
        "`cargo build`, `cargo check` and `cargo clippy` of the dev profile from an empty target folder; crates are " +
        "fetched beforehand. Cold builds in turns, each with an emptied cache. Edits add a comment to one source: the first after a warm build, the next ones after it, " +
        "which is when incremental compilation (the dev profile's default) has something to go on with.",
      unit: "s",
      budget: "ripgrep warm ≤ 0.45 s; cold ≤ 4 % over bare; an edit ≤ 35 % over bare, the first one ≤ 50 %",
      rows,
    });
  }
  return outcomes;
}

/** Fetches the program's crates and gives the folder in which it is built. */
async function prepare(rig: Rig, program: Program): Promise<string> {
  const folder = `${rig.folder}/${program.name}`;
  await Deno.mkdir(`${folder}/src`, { recursive: true });
  const head = `[package]\nname = "measured"\nversion = "0.1.0"\nedition = "2021"\n`;
  await Deno.writeTextFile(`${folder}/Cargo.toml`, `${head}[dependencies]\n${program.manifest}`);
  await Deno.writeTextFile(`${folder}/src/main.rs`, program.main);
  await spawn({ rig, folder, program }, "fetch", {});
  if (program.unpacked === undefined) return folder;
  const sources = `${rig.folder}/cargo/registry/src`;
  const [registry] = [...Deno.readDirSync(sources)];
  const own = `${rig.folder}/${program.unpacked}`;
  await spawn({ rig, folder, program }, "", {}, [
    "cp",
    "-r",
    `${sources}/${registry?.name}/${program.unpacked}`,
    own,
  ]);
  await spawn({ rig, folder: own, program }, "fetch", {});
  return own;
}

/** From an empty target folder: with an empty cache, and with all of it in the cache. */
async function builds(place: Place, sessions: readonly PeerSession[]): Promise<Row[]> {
  const rows: Row[] = [];
  const { say, effort } = place.rig;
  for (const words of ["build", "check", "clippy"]) {
    const cold = sessions.map((session): Contestant => ({
      group: `${words}, cold`,
      who: session.name,
      sample: async () => {
        say(`${place.program.name}: ${session.name}, ${words}, cold`);
        await session.forget();
        const seconds = await timed(place, words, session);
        await session.settle();
        return seconds;
      },
    }));
    rows.push(...await interleave(effort.quick ? 1 : COLD_ROUNDS, cold));
    for (const session of sessions.filter(({ name }) => name !== "bare")) {
      say(`${place.program.name}: ${session.name}, ${words}, warm`);
      rows.push({ group: `${words}, warm`, who: session.name, samples: await warm(place, words, session) });
    }
  }
  return rows;
}

/** Samples with all of it in the cache: more of them where each takes little. */
async function warm(place: Place, words: string, session: PeerSession): Promise<number[]> {
  // what the builds before wrote is not this one's to wait for
  await outputOf(["sync"]);
  const samples: number[] = [];
  let spent = 0;
  while (
    samples.length < WARM_ROUNDS.least || samples.length < WARM_ROUNDS.most && spent < WARM_ROUNDS.seconds
  ) {
    const seconds = await timed(place, words, session);
    samples.push(seconds);
    spent += seconds;
    if (place.rig.effort.quick && samples.length === WARM_ROUNDS.least) break;
  }
  return samples;
}

/** After a build from the cache: the first edit of a source, and the next ones. */
async function edits(place: Place, sessions: readonly PeerSession[]): Promise<Row[]> {
  const path = `${place.folder}/${place.program.edited}`;
  const before = await Deno.readTextFile(path);
  const first = new Map(sessions.map((session): [PeerSession, number[]] => [session, []]));
  const next = new Map(sessions.map((session): [PeerSession, number[]] => [session, []]));
  const { quick } = place.rig.effort;
  for (const session of sessions.filter(({ name }) => name !== "bare")) {
    await timed(place, "build", session);
    await session.settle();
  }
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const session of sessions) {
      place.rig.say(`${place.program.name}: ${session.name}, edits`);
      await timed(place, "build", session);
      for (let edit = 0; edit < (quick ? 2 : 4); edit++) {
        await Deno.writeTextFile(path, `${before}// ${session.name}, ${round}, ${edit}\n`);
        const seconds = await spawn(place, "build", wrapped(session)) / 1000;
        (edit === 0 ? first : next).get(session)!.push(seconds);
      }
      await Deno.writeTextFile(path, before);
    }
  }
  const rows = (group: string, samples: ReadonlyMap<PeerSession, readonly number[]>) =>
    [...samples].map(([{ name }, of]): Row => ({ group, who: name, samples: of }));
  return [...rows("one edit", first), ...rows("one edit, incremental", next)];
}

async function memory(program: Program, sessions: readonly PeerSession[]): Promise<Outcome> {
  const rows: Row[] = [];
  for (const session of sessions) {
    const { residentMib, privateMib } = await totalOf(session);
    rows.push({ group: "resident", who: session.name, samples: [residentMib] });
    rows.push({ group: "private", who: session.name, samples: [privateMib] });
  }
  return {
    name: `cargo-${program.name}-memory`,
    title: `The daemon's memory after the builds of ${program.name}`,
    how: "Resident memory after all that was measured so far; private is the part that no file backs.",
    unit: "MiB",
    rows,
  };
}

/** Seconds that cargo takes from an empty target folder. */
async function timed(place: Place, words: string, session: PeerSession): Promise<number> {
  const target = `${place.folder}/target`;
  await Deno.mkdir(target, { recursive: true });
  await Deno.remove(target, { recursive: true });
  return await spawn(place, words, wrapped(session)) / 1000;
}

function wrapped(session: PeerSession): Record<string, string> {
  const [wrapper] = session.prefix;
  return wrapper === undefined ? {} : { ...session.env, RUSTC_WRAPPER: wrapper };
}

/** Runs cargo, or another command; gives its wall time in ms. Throws `Error` if it fails. */
async function spawn(
  { rig, folder }: Place,
  words: string,
  env: Readonly<Record<string, string>>,
  command: readonly string[] = ["cargo", words, "--quiet"],
): Promise<number> {
  const home = Deno.env.get("HOME") ?? rig.folder;
  const rustup = Deno.env.get("RUSTUP_HOME") ?? `${home}/.rustup`;
  const log = `${rig.folder}/cargo.log`;
  const spawned = await rig.spawner.run([command], {
    cwd: folder,
    env: { ...benchEnv(rig.folder), CARGO_HOME: `${rig.folder}/cargo`, RUSTUP_HOME: rustup, ...env },
    jobs: 1,
    log,
  });
  if (spawned.each.every(({ code }) => code === 0)) return spawned.wallMs;
  throw new Error(`Cannot measure cargo ${words}: ${(await Deno.readTextFile(log)).slice(-2000)}`);
}
