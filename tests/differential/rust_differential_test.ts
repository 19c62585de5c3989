import assert from "node:assert/strict";
import { differential } from "./main.ts";
import { RUST_STEPS, RustWorld } from "./rust_world.ts";
import { runRustTrial } from "./rust_trial.ts";
import { Random } from "./random.ts";
import { testWith } from "../rig.ts";
import { CargoProject } from "../rust/cargo_project.ts";
import { WORKSPACE } from "../rust/workspace.ts";
import { manifest } from "../rust/manifest.ts";

const SEED = Number(Deno.env.get("ZCCACHE_TEST_SEED") ?? 20261121);
const STEPS = Number(Deno.env.get("ZCCACHE_TEST_RUST_STEPS") ?? 6);

testWith(
  ["cargo", "cc"],
  `${STEPS} random edits of a cargo workspace, no difference from bare cargo (seed ${SEED})`,
  async () => {
    await differential({ seed: SEED, steps: STEPS, run: runRustTrial });
  },
);

/** A program on one version of a registry's crate. */
const onVersion = (version: string) => ({
  "Cargo.toml": manifest("app", { dependencies: `itoa = "=${version}"` }),
  "src/main.rs": `fn main() { println!("{}", itoa::Buffer::new().format(7)); }\n`,
});

testWith(
  ["cargo", "cc"],
  "another version of a registry's crate is another crate, and the first one stays",
  async (t) => {
    await using project = await CargoProject.open(onVersion("1.0.10"));
    if (!await project.fetch(t)) return;
    await project.expectSame("build");
    project.rig.write(onVersion("1.0.11"));
    if (!await project.fetch(t)) return;
    await project.expectSame("build");
    project.rig.write(onVersion("1.0.10"));
    await project.bare("update --offline");
    project.clean();
    const back = await project.wrapped("build");
    assert.deepEqual(back.counters.reasons, {}, "not from the cache");
    assert.ok([...back.files.keys()].some((path) => /libitoa-.*\.rlib$/.test(path)));
  },
);

testWith(["cargo"], "every kind of edit changes the workspace, or how it's built", async () => {
  await using project = await CargoProject.open(WORKSPACE);
  const world = new RustWorld(project);
  for (const step of RUST_STEPS) {
    const said = new Set<string>();
    for (let seed = 0; seed < 8; seed++) said.add(await step.run(world, new Random(seed)));
    assert.ok(said.size > 1 || /adds|stopped/.test([...said].join()), step.name);
  }
});
