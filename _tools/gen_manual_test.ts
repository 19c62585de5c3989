import assert from "node:assert/strict";
import { REASONS, SETTING_ROWS } from "../lib/core/mod.ts";
import { manualPages } from "./gen_manual.ts";
import { REPOSITORY } from "./run.ts";

Deno.test("the generated pages of the manual are up to date", async () => {
  for (const [path, text] of await manualPages()) {
    const committed = await Deno.readTextFile(`${REPOSITORY}/${path}`);
    assert.ok(committed === text, `${path} is old: deno run -A _tools/gen_manual.ts`);
  }
});

Deno.test("the pages hold every setting and every reason", async () => {
  const pages = await manualPages();
  const settings = pages.get("docs/manual/settings.md") ?? "";
  for (const { variable } of SETTING_ROWS) assert.ok(settings.includes(`\`${variable}\``), variable);
  const reasons = pages.get("docs/manual/reasons.md") ?? "";
  for (const name of Object.keys(REASONS)) assert.ok(reasons.includes(`\`${name}\``), name);
});
