import type { Outcome } from "../rig/process.ts";
import { text } from "../rig/process.ts";
import type { Rig } from "../rig.ts";

/** The object of `zccache doctor --json`. */
export interface Report {
  readonly problems: number;
  readonly warnings: number;
  readonly findings: readonly {
    readonly check: string;
    readonly level: string;
    readonly text: string;
    readonly remedy?: string;
  }[];
}

/** The exit code and the report of `zccache doctor --json` with these variables, in this folder if not in the rig's own. */
export async function examine(
  rig: Rig,
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<[number | undefined, Report]> {
  return examinedBy(await rig.wrapped(["doctor", "--json"], { env, in: folder }));
}

/** The same of a command that has run. */
export function examinedBy(outcome: Outcome): [number | undefined, Report] {
  return [outcome.code, JSON.parse(text(outcome.stdout)) as Report];
}
