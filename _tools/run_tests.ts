/**
 * `deno task test`: everything CI asks for. The last line is `N passed, N failed` over all rings. With CI=true a
 * skipped test is a failure.
 */
import { prepare } from "./prepare.ts";
import { REPOSITORY } from "./run.ts";
import { type RingTally, tallyRing } from "./tally.ts";

/** Tasks of deno.json, in the order in which they run; each can be called by itself. */
const RINGS = ["build", "check", "lint", "docs", "unit", "real", "launcher", "e2e"] as const;

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  await prepare();
  const tallies: RingTally[] = [];
  for (const ring of RINGS) {
    console.log(`\n== ${ring}`);
    tallies.push(await runRing(ring));
  }
  return report(tallies);
}

async function runRing(ring: string): Promise<RingTally> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ring],
    cwd: REPOSITORY,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, , status] = await Promise.all([
    copyThrough(child.stdout, Deno.stdout),
    copyThrough(child.stderr, Deno.stderr),
    child.status,
  ]);
  return tallyRing(stdout, status.code);
}

/** Shows a stream while it appears; resolves to its text. */
async function copyThrough(
  from: ReadableStream<Uint8Array>,
  to: { write(bytes: Uint8Array): Promise<number> },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of from) {
    for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

function report(tallies: readonly RingTally[]): number {
  const skipped = tallies.flatMap((tally) => tally.skipped);
  const skipsFail = Deno.env.get("CI") === "true";
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0) + (skipsFail ? skipped.length : 0);
  if (skipped.length > 0) console.log(`\nSkipped${skipsFail ? ", which fails with CI=true" : ""}:`);
  for (const name of skipped) console.log(`  ${name}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
