import assert from "node:assert/strict";
import { testWith, text } from "./rig.ts";
import { CargoProject } from "./rust/cargo_project.ts";
import { REAL_CRATES } from "./rust/real_crates.ts";

/** What of these crates' builds is not answered from the cache, by reason. It may get shorter, not longer. */
const MISSED: readonly string[] = [];

const BUILDS = ["build", "check", "test --no-run"];

testWith(["cargo", "cc"], "well-known crates are built from the cache alone", async (t) => {
  await using project = await CargoProject.open(REAL_CRATES);
  const fetched = await project.rig.bare(["cargo", "fetch"], {
    env: { CARGO_NET_OFFLINE: "false" },
    deadlineMs: 120_000,
  });
  if (fetched.code !== 0 && Deno.env.get("CI") !== "true") {
    await t.step({ name: "no registry can be reached", ignore: true, fn: () => {} });
    return;
  }
  assert.equal(fetched.code, 0, text(fetched.stderr));
  for (const words of BUILDS) {
    await t.step(`cargo ${words}`, async () => {
      await project.expectSame(words, { missed: MISSED });
    });
  }
  await t.step("cargo run says what it should", async () => {
    const { outcome, counters } = await project.wrapped("run -q");
    assert.equal(text(outcome.stdout), "Point { x: 1, y: 2 } 12 1 42\n", text(outcome.stderr));
    assert.deepEqual(counters.reasons, {});
  });
});
