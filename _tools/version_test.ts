import assert from "node:assert/strict";
import { VERSION } from "../lib/core/mod.ts";
import { REPOSITORY } from "./run.ts";
import { archiveName, RELEASE_TARGETS } from "./targets.ts";

Deno.test("deno.json and the program have the same version", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${REPOSITORY}/deno.json`));
  assert.equal(version, VERSION);
});

Deno.test("archives have the names that install scripts build", async () => {
  assert.equal(archiveName("aarch64-apple-darwin"), `zccache-v${VERSION}-aarch64-apple-darwin`);
  const scripts = await Promise.all(
    ["install.sh", "install.ps1"].map((name) => Deno.readTextFile(`${REPOSITORY}/${name}`)),
  );
  for (const target of Object.keys(RELEASE_TARGETS)) {
    const [cpu = "", ...system] = target.split("-");
    assert.ok(scripts.some((text) => text.includes(system.join("-")) && text.includes(cpu)), target);
  }
});

Deno.test("the launcher is built for every target that there is an archive for", async () => {
  const { TARGETS } = await import("../launcher/build.ts");
  assert.deepEqual(Object.keys(RELEASE_TARGETS).sort(), Object.keys(TARGETS).sort());
});
