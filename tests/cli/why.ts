import { assertOk, type CommandOptions, type Rig, text } from "../rig.ts";

/** The object of `zccache why --json`. */
export interface Why {
  readonly record: {
    readonly outcome: string;
    readonly reason?: string;
    readonly detail?: string;
    readonly because?: {
      readonly compared_with?: string;
      readonly differences?: readonly Readonly<Record<string, unknown>>[];
      readonly more?: number;
      readonly via?: readonly string[];
    };
    readonly id: string;
    readonly context_key?: string;
  };
  readonly explanation: { readonly reason: string; readonly text: string; readonly remedy: string } | null;
  readonly history: readonly { readonly outcome: string; readonly reason?: string }[];
}

/** What `why` says of something. */
export async function why(rig: Rig, ...args: string[]): Promise<Why> {
  const outcome = await rig.wrapped(["why", "--json", ...args]);
  assertOk(outcome);
  return JSON.parse(text(outcome.stdout)) as Why;
}

/** Runs a command that must work, and waits until its result is filed. */
export async function compiled(rig: Rig, argv: readonly string[], options?: CommandOptions): Promise<void> {
  assertOk(await rig.wrapped(argv, options));
  // an edit before the result is filed would keep it from being kept
  await rig.counters();
}

/** The reason and what differs, without times and digests. */
export function told({ record }: Why): unknown {
  const differences = (record.because?.differences ?? []).map((difference) => {
    const { at: _at, ...rest } = difference;
    const digests = Object.entries(rest).filter(([, value]) => !/^[0-9a-f]{12}$/.test(String(value)));
    return Object.fromEntries(digests);
  });
  return [record.reason, ...differences];
}
