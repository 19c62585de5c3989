/**
 * What the key leaves out, against the real compilers: where two different calls have one key, they must leave the same
 * bytes and say the same.
 */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/tools/mod.ts";
import { inFolder, type Outcome, planFor, relative, sameBytes, TRIALS } from "./trial.ts";
import { testWith } from "../../testing/needs.ts";

interface Trial {
  readonly args: readonly string[];
  readonly folder: string;
}

/** The row with other names for what is written, in another folder, or both. */
function variants(row: string, root: string): readonly Trial[] {
  const args = row.split(" ");
  const renamed = args.some((arg) => arg.startsWith("-o"))
    ? args.map((arg) => arg.replace(/^sub\/[\w.]+$/, "sub/other.name"))
    : [...args, "-o", "sub/other.name"];
  const other = [...renamed.map((arg) => arg.replace(/^(-MF)?sub\/deps$/, "$1sub/others")), "-pipe"];
  const [here, there] = [`${root}/w`, `${root}/elsewhere`];
  return [{ args: other, folder: there }, { args: other, folder: here }, { args, folder: there }];
}

/** Messages and contents by role: names of files may differ. */
function differences(
  one: { readonly plan: Plan; readonly outcome: Outcome; readonly folder: string },
  other: { readonly plan: Plan; readonly outcome: Outcome; readonly folder: string },
): readonly string[] {
  const found = one.plan.outputs.flatMap((output, at) => {
    const bytes = one.outcome.created.get(relative(output.path, one.folder));
    const others = other.outcome.created.get(relative(other.plan.outputs[at]?.path ?? "", other.folder));
    return sameBytes(bytes, others) ? [] : [output.role];
  });
  return one.outcome.stderr === other.outcome.stderr ? found : [...found, "messages"];
}

for (const [tool, rows] of TRIALS.slice(0, 2)) {
  testWith([tool], `calls of ${tool} with one key give the same`, async () => {
    const root = await Deno.makeTempDir();
    const folder = `${root}/w`;
    const failures: string[] = [];
    let compared = 0;
    for (const row of rows) {
      // Without the seed gcc's coverage and link-time sections differ from run to run.
      const seeded = tool === "gcc" && /coverage|profile|flto/.test(row) ? `${row} -frandom-seed=1` : row;
      const plan = planFor(tool, seeded.split(" "), folder);
      if (typeof plan === "string") continue;
      const key = plan.recipe.text();
      const same = variants(seeded, root).find((trial) => {
        const varied = planFor(tool, trial.args, trial.folder);
        return typeof varied !== "string" && varied.recipe.text() === key;
      });
      if (same === undefined) continue;
      const outcome = await inFolder(seeded.split(" "), tool, folder);
      if (outcome.code !== 0) continue;
      const varied = planFor(tool, same.args, same.folder) as Plan;
      const variedOutcome = await inFolder(same.args, tool, same.folder);
      const found = differences({ plan, outcome, folder }, {
        plan: varied,
        outcome: variedOutcome,
        folder: same.folder,
      });
      if (found.length > 0) failures.push(`${seeded} | ${same.args.join(" ")}: ${found}`);
      compared++;
    }
    await Deno.remove(root, { recursive: true });
    assert.deepEqual(failures, []);
    assert.ok(compared > rows.length * 0.4, `${compared} of ${rows.length}`);
  });
}
