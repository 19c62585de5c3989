import assert from "node:assert/strict";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { assertSameBuild, type Built, CargoProject } from "./cargo_project.ts";
import { manifest } from "./manifest.ts";

/** A program on a crate of its own and on crates of the registry. */
const PROJECT = {
  "Cargo.toml": manifest("app", {
    dependencies: 'own = { path = "own" }\nitoa = "=1.0.11"\nmemchr = "=2.7.4"',
  }),
  "src/main.rs":
    `fn main() { println!("{} {:?}", itoa::Buffer::new().format(own::seven()), memchr::memchr(b'b', b"ab")); }\n`,
  "own/Cargo.toml": manifest("own"),
  "own/src/lib.rs": "pub fn seven() -> u32 { 7 }\n",
};
const DEPS = "target/debug/deps";
const LIBRARY = /\.(?:rlib|rmeta|d)$/;
const OF_REGISTRY = /(?:itoa|memchr)-[^/]*\.(?:rlib|rmeta|d)$/;

/** A project whose crates were built with and without the cache. */
interface Stand {
  readonly project: CargoProject;
  readonly rig: Rig;
  readonly bare: Built;
  /** What belongs to crates of the registry, below the target folder. */
  readonly wanted: readonly string[];
}

const STEPS: readonly (readonly [name: string, body: (stand: Stand) => Promise<void>])[] = [
  ["rust-artifacts lists them with their places", listsArtifacts],
  ["into a target folder that lacks every library", fillsWithoutLibraries],
  ["into a target folder that cargo has not made", fillsWithoutCargo],
  ["cargo finds nothing to do in a target folder that is whole again", makesWhole],
  ["a terminal is shown how far it is, and nothing else is", tellsTerminal],
  ["what is there stays, and what isn't named in the lock file is left out", leavesOthers],
  ["a file that can't be written is an error, the others are put back", saysWhatFails],
];

testWith(
  ["cargo", "cc", "script"],
  "warm puts the registry's crates back, as cargo would have made them",
  async (t) => {
    await using project = await CargoProject.open(PROJECT);
    const { rig } = project;
    if (!await project.fetch(t)) return;
    const bare = await project.bare("build");
    assertOk(bare.outcome);
    project.clean();
    // crates that were unpacked right before are kept all the same
    assert.equal((await project.wrapped("build")).counters.nonCacheable, 0);
    await project.wrapped("build --release");
    const wanted = [...bare.files.keys()].filter((path) => OF_REGISTRY.test(path)).sort();
    assert.equal(wanted.length, 6, "two libraries, their metadata and dep-infos");
    for (const [name, body] of STEPS) await t.step(name, () => body({ project, rig, bare, wanted }));
  },
);

async function listsArtifacts({ rig, wanted }: Stand): Promise<void> {
  const listed = await artifacts(rig, ["--below", DEPS]);
  assert.deepEqual([...new Set(listed.map(({ crate }) => crate))].sort(), [
    "app",
    "itoa",
    "memchr",
    "own",
  ]);
  const paths = listed.flatMap(({ outputs }) => outputs.map(({ path }) => path));
  for (const path of wanted) assert.ok(paths.includes(rig.at(`target/${path}`)), path);
  assert.ok((await artifacts(rig)).length > listed.length, "the release build is listed too");
  assert.match(text((await rig.wrapped(["rust-artifacts"])).stdout), /^itoa \(lib\) {2}\/.*\n {2}\//m);
}

async function fillsWithoutLibraries({ project, rig, bare, wanted }: Stand): Promise<void> {
  removeLibraries(rig, LIBRARY);
  const warmed = await warm(rig);
  assert.deepEqual([warmed.restored, warmed.errors], [wanted.length, 0]);
  assert.ok((warmed.skipped_reasons["not in the lock file"] ?? 0) > 0, "our own crates");
  const there = [...Deno.readDirSync(rig.at(DEPS))].map(({ name }) => name).filter((name) =>
    LIBRARY.test(name)
  );
  assert.deepEqual(there.map((name) => `debug/deps/${name}`).sort(), wanted);
  const stamps = there.map((name) => Deno.statSync(rig.at(`${DEPS}/${name}`)).mtime?.getTime());
  assert.equal(new Set(stamps).size, 1, "one time stamp for all");
  assert.ok(Date.now() - (stamps[0] ?? 0) < 60_000);
  same(await project.bare("build --offline"), bare, wanted);
}

async function fillsWithoutCargo({ project, rig, bare, wanted }: Stand): Promise<void> {
  project.clean();
  const warmed = await warm(rig);
  assert.deepEqual([warmed.restored, warmed.errors], [wanted.length, 0]);
  const names = Array.from(Deno.readDirSync(rig.at("target")), ({ name }) => name);
  assert.deepEqual(names.sort(), ["CACHEDIR.TAG", "debug"]);
  assert.match(
    Deno.readTextFileSync(rig.at("target/CACHEDIR.TAG")),
    /^Signature: 8a477f597d28d172789f06886806bc55\n/,
  );
  const built = await project.wrapped("build");
  assert.equal(built.counters.cold, 0);
  assertSameBuild(built, bare, "after warm");
}

async function makesWhole({ project, rig, bare, wanted }: Stand): Promise<void> {
  await project.wrapped("build");
  removeLibraries(rig, OF_REGISTRY);
  assert.equal((await warm(rig)).restored, wanted.length);
  assertOk(await rig.bare(["sh", "-c", "find target -exec touch -d @$(date +%s) {} +"]));
  const built = await project.wrapped("build");
  assertOk(built.outcome);
  assert.doesNotMatch(text(built.outcome.stderr), /Compiling/);
  assert.equal(built.counters.cached + built.counters.cold, 0);
  same(built, bare, wanted);
  assert.equal(text((await rig.bare([rig.at("target/debug/app")])).stdout), "7 Some(1)\n");
}

async function tellsTerminal({ rig, wanted }: Stand): Promise<void> {
  removeLibraries(rig, OF_REGISTRY);
  const command = [...rig.wrapper.prefix, "warm"].join(" ");
  const seen = await rig.bare(["script", "-qec", command, "/dev/null"], { env: { TERM: "xterm" } });
  assertOk(seen);
  assert.match(text(seen.stdout), /\rwarming: .*\r +\rzccache warm: restored \d+ files, /);
  removeLibraries(rig, OF_REGISTRY);
  const piped = await rig.wrapped(["warm"]);
  const said = `zccache warm: restored ${wanted.length} files, skipped `;
  assert.deepEqual([piped.code, text(piped.stderr)], [0, ""]);
  assert.ok(text(piped.stdout).startsWith(said), text(piped.stdout));
}

async function leavesOthers({ rig, wanted }: Stand): Promise<void> {
  const again = await warm(rig);
  assert.deepEqual([again.restored, again.skipped_reasons["there already"]], [0, wanted.length]);
  removeLibraries(rig, OF_REGISTRY);
  const lock = Deno.readTextFileSync(rig.at("Cargo.lock"));
  rig.write({ "Cargo.lock": lock.replace('version = "2.7.4"', 'version = "2.7.5"') });
  assert.equal((await warm(rig)).restored, 3);
  rig.write({ "Cargo.lock": "no lock\n" });
  const refused = await rig.wrapped(["warm"]);
  assert.deepEqual([refused.code, text(refused.stdout)], [1, ""]);
  assert.match(text(refused.stderr), /Cargo\.lock: cargo has not written it/);
  Deno.removeSync(rig.at("Cargo.lock"));
  Deno.mkdirSync(rig.at("Cargo.lock"));
  const folder = await rig.wrapped(["warm"]);
  assert.deepEqual([folder.code, text(folder.stdout)], [1, ""]);
  assert.match(text(folder.stderr), /^Cannot read \/.*\/Cargo\.lock: Is a directory.*\n$/);
  Deno.removeSync(rig.at("Cargo.lock"));
  assert.equal((await warm(rig)).restored, 3, "without a lock file: all of the registry's");
  rig.write({ "Cargo.lock": lock });
}

async function saysWhatFails({ rig, wanted }: Stand): Promise<void> {
  removeLibraries(rig, OF_REGISTRY);
  const [blocked] = wanted;
  Deno.mkdirSync(rig.at("target/nothing/debug"), { recursive: true });
  Deno.renameSync(rig.at(DEPS), rig.at("target/nothing/debug/deps"));
  Deno.writeTextFileSync(rig.at(DEPS), "");
  const failed = await rig.wrapped(["warm"]);
  assert.deepEqual(failed.code, 1, blocked);
  assert.match(text(failed.stdout), /^zccache warm: restored 0 files, skipped \d+, errors 6\n$/);
  assert.match(text(failed.stderr), /^zccache warm: cannot write \/.*\n/);
}

testWith([], "warm says what is wrong with what it's given", async () => {
  await using rig = await Rig.open();
  const none = await rig.wrapped(["warm"]);
  assert.equal(none.code, 1);
  assert.match(text(none.stderr), /^no index yet in /);
  for (const words of [["--profile", "../x"], ["--nonsense"], ["extra"]]) {
    assert.equal((await rig.wrapped(["warm", ...words])).code, 2, words.join(" "));
  }
});

interface Warmed {
  readonly restored: number;
  readonly errors: number;
  readonly skipped_reasons: Readonly<Record<string, number>>;
}

async function warm(rig: Rig): Promise<Warmed> {
  const outcome = await rig.wrapped(["warm", "--json"]);
  assertOk(outcome);
  return JSON.parse(text(outcome.stdout));
}

async function artifacts(
  rig: Rig,
  words: readonly string[] = [],
): Promise<{ crate: string; outputs: { path: string }[] }[]> {
  const outcome = await rig.wrapped(["rust-artifacts", "--json", ...words]);
  assertOk(outcome);
  return JSON.parse(text(outcome.stdout)).artifacts;
}

function removeLibraries(rig: Rig, which: RegExp): void {
  for (const { name } of Deno.readDirSync(rig.at(DEPS))) {
    if (which.test(name)) Deno.removeSync(rig.at(`${DEPS}/${name}`));
  }
}

function same(built: Built, bare: Built, paths: readonly string[]): void {
  for (const path of paths) assert.equal(built.files.get(path), bare.files.get(path), path);
}
