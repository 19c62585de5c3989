import assert from "node:assert/strict";
import { testWith, text } from "../rig.ts";
import { CargoProject } from "./cargo_project.ts";
import { REAL_CRATES } from "./real_crates.ts";

/** What of these crates' builds is not answered from the cache, by reason. It may get shorter, not longer. */
const MISSED: readonly string[] = [];

const BUILDS = ["build", "check", "test --no-run"];

testWith(["cargo", "cc"], "well-known crates are built from the cache alone", async (t) => {
  await using project = await CargoProject.open(REAL_CRATES);
  if (!await project.fetch(t)) return;
  for (const words of BUILDS) {
    await t.step(`cargo ${words}`, async () => {
      await project.expectSame(words, { missed: MISSED });
    });
  }
  await t.step("cargo test passes", async () => {
    const { outcome } = await project.wrapped("test");
    assert.match(text(outcome.stdout), /test result: ok\. 1 passed/, text(outcome.stderr));
  });
  await t.step("cargo run says what it says without the cache", async () => {
    const bare = await project.bare("run -q");
    project.clean();
    const { outcome, counters } = await project.wrapped("run -q");
    assert.equal(text(outcome.stdout), "Point { x: 1, y: 2 } 12 1 42\n", text(outcome.stderr));
    assert.equal(text(outcome.stdout), text(bare.outcome.stdout));
    assert.deepEqual(counters.reasons, {});
  });
});
