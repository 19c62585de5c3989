import assert from "node:assert/strict";
import { differential } from "./differential/main.ts";
import { RUST_STEPS, RustWorld } from "./differential/rust_world.ts";
import { runRustTrial } from "./differential/rust_trial.ts";
import { Random } from "./differential/random.ts";
import { testWith } from "./rig.ts";
import { CargoProject } from "./rust/cargo_project.ts";
import { WORKSPACE } from "./rust/workspace.ts";

const SEED = Number(Deno.env.get("ZCCACHE_TEST_SEED") ?? 20261121);
const STEPS = Number(Deno.env.get("ZCCACHE_TEST_RUST_STEPS") ?? 10);

testWith(
  ["cargo", "cc"],
  `${STEPS} random edits of a cargo workspace, no difference from bare cargo (seed ${SEED})`,
  async () => {
    await differential({ seed: SEED, steps: STEPS, run: runRustTrial });
  },
);

testWith(["cargo"], "every kind of edit changes the workspace, or how it's built", async () => {
  await using project = await CargoProject.open(WORKSPACE);
  const world = new RustWorld(project);
  for (const step of RUST_STEPS) {
    const said = new Set<string>();
    for (let seed = 0; seed < 20; seed++) said.add(await step.run(world, new Random(seed)));
    assert.ok(said.size > 1 || /adds|stopped/.test([...said].join()), step.name);
  }
});
