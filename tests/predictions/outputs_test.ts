/**
 * The predictions against the real compilers: for every row the bare compiler runs in a fresh folder, and exactly the
 * files that the plan names may appear there; then the run that a miss makes must leave the same bytes in them.
 */
import assert from "node:assert/strict";
import { parseDepfile, type Plan } from "../../lib/tools/mod.ts";
import { inFolder, type Outcome, planFor, relative, sameBytes, TRIALS } from "./trial.ts";
import { testWith } from "../../testing/needs.ts";

for (const [tool, rows] of TRIALS) {
  testWith([tool], `parseCall() names exactly the files that ${tool} creates`, async () => {
    const root = await Deno.makeTempDir();
    const folder = `${root}/w`;
    let compared = 0;
    const failures: string[] = [];
    for (const row of rows) {
      const args = row.split(" ");
      const plan = planFor(tool, args, folder);
      const bare = await inFolder(args, tool, folder);
      // Refusing what the compiler refuses too needs no reason; what it accepts may be refused, but then by the table.
      if (typeof plan === "string") {
        if (bare.code === 0) failures.push(`${row}: refused (${plan})`);
        continue;
      }
      if (bare.code !== 0) continue;
      failures.push(...await compare(plan, bare, { row, tool, folder }));
      compared++;
    }
    await Deno.remove(root, { recursive: true });
    assert.deepEqual(failures, []);
    // Rows that this compiler doesn't take prove nothing.
    assert.ok(compared > rows.length * 0.7, `${compared} of ${rows.length}`);
  });
}

async function compare(
  plan: Plan,
  bare: Outcome,
  at: { readonly row: string; readonly tool: string; readonly folder: string },
): Promise<readonly string[]> {
  const failures: string[] = [];
  const { folder } = at;
  const named = plan.outputs.map((output) => relative(output.path, folder));
  const wanted = plan.discovery.how === "filtered-depfile"
    ? [...named, relative(plan.discovery.path, folder)]
    : named;
  if (wanted.toSorted().join() !== [...bare.created.keys()].toSorted().join()) {
    failures.push(`${at.row}: names ${wanted.toSorted()}, made ${[...bare.created.keys()].toSorted()}`);
  }
  const run = await inFolder(plan.runArgs("private.deps"), at.tool, folder);
  if (run.stderr !== bare.stderr || run.stdout !== bare.stdout || run.code !== bare.code) {
    failures.push(`${at.row}: says ${run.stderr}${run.stdout}, not ${bare.stderr}${bare.stdout}`);
  }
  const differing = named.filter((path) => !sameBytes(run.created.get(path), bare.created.get(path)));
  if (differing.length > 0) {
    // gcc stamps coverage data and link-time sections at random: then it differs from itself too.
    const again = await inFolder(at.row.split(" "), at.tool, folder);
    const steady = differing.filter((path) => sameBytes(again.created.get(path), bare.created.get(path)));
    if (steady.length > 0) failures.push(`${at.row}: ${steady} differ`);
  }
  const listed = plan.discovery.how === "nothing"
    ? undefined
    : plan.discovery.how === "user-depfile"
    ? run.created.get(relative(plan.discovery.path, folder))
    : run.created.get("private.deps");
  const extra = [...run.created.keys()].filter((path) => !named.includes(path) && path !== "private.deps");
  if (extra.length > 0) failures.push(`${at.row}: a miss makes ${extra} too`);
  if (plan.discovery.how !== "nothing") {
    const dependencies = parseDepfile(new TextDecoder().decode(listed));
    if (dependencies?.prerequisites.includes(plan.source) !== true) {
      failures.push(`${at.row}: no dependencies`);
    }
  }
  return failures;
}
