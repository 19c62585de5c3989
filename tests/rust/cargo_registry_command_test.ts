import assert from "node:assert/strict";
import { digestText } from "../../lib/core/mod.ts";
import { assertOk, Rig, testWith, text } from "../rig.ts";
import { CargoProject } from "./cargo_project.ts";
import { manifest } from "./manifest.ts";

const PROJECT = {
  "Cargo.toml": manifest("app", { dependencies: 'itoa = "=1.0.11"' }),
  "src/main.rs": `fn main() { println!("{}", itoa::Buffer::new().format(7)); }\n`,
};

testWith(["cargo", "cc"], "a saved registry serves cargo without the network in another home", async (t) => {
  await using project = await CargoProject.open(PROJECT);
  const { rig } = project;
  if (!await project.fetch(t)) return;
  const command = (...words: string[]) => rig.wrapped(["cargo-registry", ...words]);
  const hashed = await command("hash");
  assert.equal(
    text(hashed.stdout),
    `${digestText(Deno.readTextFileSync(rig.at("Cargo.lock"))).slice(0, 16)}\n`,
  );
  const key = `linux-${text(hashed.stdout).trim()}`;
  const archive = `${rig.root}/cargo-registry/${key}.tar.gz`;
  const saved = await command("save", "--key", key);
  assert.match(text(saved.stdout), new RegExp(`^saved cargo registry to ${archive} \\(\\d.*B\\)\\n$`));
  assert.deepEqual([saved.code, text(saved.stderr)], [0, ""]);
  const listed = text((await rig.bare(["tar", "tzf", archive])).stdout);
  assert.match(listed, /^registry\/cache\/[^/]+\/itoa-1\.0\.11\.crate$/m);
  assert.doesNotMatch(listed, /^registry\/src/m);

  const other = `${rig.base}/other-home`;
  const env = { CARGO_HOME: other };
  assert.notEqual((await project.bare("build --offline", env)).outcome.code, 0, "the home is not empty");
  const restored = await rig.wrapped(["cargo-registry", "restore", "--key", key], { env });
  assert.deepEqual([restored.code, text(restored.stdout)], [0, `restored cargo registry from ${archive}\n`]);
  const built = await project.bare("run -q --offline --frozen", env);
  assert.equal(text(built.outcome.stdout), "7\n", text(built.outcome.stderr));

  const again = await command("restore", "--key", key, "--cargo-home", other, "--json");
  const { files, kept } = JSON.parse(text(again.stdout));
  assert.ok(files === 0 && kept > 0, text(again.stdout));
  assertOk(await command("save", "--output", "mine.tar.gz"));
  assertOk(await command("restore", "--input", "mine.tar.gz", "--cargo-home", `${rig.base}/third`));
  assert.equal(text((await command("clean")).stdout), "removed 1 cached registry archive(s)\n");
  assert.equal(text((await command("clean")).stdout), "no cached archives to clean\n");
});

type Row = readonly [words: string, code: number, stdout: RegExp, stderr: RegExp];

const NOTHING = /^$/;
const ROWS: readonly Row[] = [
  ["hash", 1, NOTHING, /^lockfile not found: Cargo\.lock\n$/],
  ["hash --lockfile other.lock", 1, NOTHING, /^lockfile not found: other\.lock\n$/],
  ["save --key a --cargo-home none", 0, NOTHING, /^no cargo registry directories found in \/.*\/none\n$/],
  ["restore --key a --cargo-home none", 1, NOTHING, /^no cached registry found for key: a\n$/],
  ["restore --input none.tar.gz --cargo-home none", 1, NOTHING, /^Cannot restore \/.*none\.tar\.gz: /],
  ["restore --input bad.tar.gz --cargo-home home", 1, NOTHING, /^Cannot restore \/.*bad\.tar\.gz: /],
  ["restore --key there --cargo-home /proc/none", 1, NOTHING, /^Cannot restore \/.*there\.tar\.gz: /],
  ["save --key ../escape --cargo-home home", 2, NOTHING, /^error: "\.\.\/escape" is no key/],
  ["restore --key .hidden --cargo-home home", 2, NOTHING, /^error: "\.hidden" is no key/],
  ["restore --key a/b --cargo-home home", 2, NOTHING, /^error: "a\/b" is no key/],
  ["save --cargo-home home", 2, NOTHING, /^error: give either --key KEY or --output FILE/],
  ["save --key a --output b", 2, NOTHING, /^error: give either/],
  ["save --key a --input b", 2, NOTHING, /^error: cargo-registry save takes no --input/],
  ["clean --key a", 2, NOTHING, /^error: cargo-registry clean takes no --key/],
  ["keep", 2, NOTHING, /^error: there is no keep: save, restore, hash, clean/],
  ["save --output /proc/none/a.tar.gz --cargo-home home", 1, NOTHING, /^Cannot save to \/proc\/none\//],
];

testWith(["script"], "saving and restoring show on a terminal how far they are, and only there", async () => {
  await using rig = await Rig.open();
  rig.fresh({ "home/registry/index/a": "a\n", "home/registry/cache/b.crate": "b\n" });
  for (const [action, shown] of [["save", "saving: "], ["restore", "restoring: "]] as const) {
    const words = ["cargo-registry", action, "--key", "k", "--cargo-home", "home"];
    const command = [...rig.wrapper.prefix, ...words].join(" ");
    const seen = await rig.bare(["script", "-qec", command, "/dev/null"], { env: { TERM: "xterm" } });
    assert.match(text(seen.stdout), new RegExp(`\\r${shown}.*\\r +\\r`));
    const piped = await rig.wrapped(words);
    assert.equal(text(piped.stderr), "");
  }
});

testWith([], "cargo-registry says what is wrong with what it's given", async (t) => {
  await using rig = await Rig.open();
  rig.fresh({ "home/registry/index/a": "a\n", "bad.tar.gz": "no archive\n".repeat(100) });
  assertOk(await rig.wrapped(["cargo-registry", "save", "--key", "there", "--cargo-home", "home"]));
  for (const [words, code, stdout, stderr] of ROWS) {
    await t.step(words, async () => {
      const said = await rig.wrapped(["cargo-registry", ...words.split(" ")]);
      assert.match(text(said.stderr), stderr);
      assert.match(text(said.stdout), stdout);
      assert.equal(said.code, code);
    });
  }
  assert.deepEqual([...Deno.readDirSync(rig.at("home"))].map(({ name }) => name), ["registry"]);
});
