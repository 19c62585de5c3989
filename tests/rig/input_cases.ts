import { assertOk, type Rig } from "../rig.ts";
import type { Allowance, Expected } from "./verdict.ts";

/** One thing that a command reads, and how it becomes another. */
export interface InputCase {
  readonly name: string;
  /** A shell command that makes what isn't among the files. */
  readonly made?: string;
  /** The command, its words split at spaces. */
  readonly run: string;
  /** `WORK` in a value stands for the work folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command after which the first one must run again. */
  readonly edit: string;
  /** What the run after the edit must be, if not a miss. */
  readonly then?: Expected;
  readonly allow?: Allowance;
}

/** What all cases have in common. */
export interface InputCases {
  readonly rig: Rig;
  /** The files of a case, by its number. */
  readonly files: (index: number) => Readonly<Record<string, string>>;
  /** A shell command that is run before each case's own. */
  readonly before?: string;
  /** A shell command that is run after each edit. */
  readonly after?: string;
}

/**
 * Runs each case as a step, in a folder of its own: a miss and a hit, the edit, a miss and a hit, each time with what the
 * bare tool makes of it.
 */
export async function eachInput(
  t: Deno.TestContext,
  { rig, files, before = "true", after = "true" }: InputCases,
  cases: readonly InputCase[],
): Promise<void> {
  for (const [index, { name, made = "true", run, env = {}, edit, then = "miss", allow }] of cases.entries()) {
    await t.step(`${name}: ${run}`, async () => {
      rig.fresh(files(index));
      const shell = async (...commands: string[]) => {
        assertOk(await rig.bare(["sh", "-ec", commands.join("\n")]));
        await rig.settled();
      };
      const here = Object.entries(env).map(([key, value]) => [key, value.replaceAll("WORK", rig.work)]);
      const how = {
        warm: "hit",
        env: Object.fromEntries(here),
        ...(allow === undefined ? {} : { allow }),
      } as const;
      await shell(before, made, after);
      await rig.expectSame(run.split(" "), { cold: "miss", ...how });
      await shell(edit, after);
      await rig.expectSame(run.split(" "), { cold: then, ...how });
    });
  }
}
