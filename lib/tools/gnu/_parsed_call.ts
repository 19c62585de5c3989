import assert from "node:assert/strict";
import type { Batch, Call, Family, Plan } from "../mod.ts";
import { parseGnu } from "./parse.ts";

/** What is around a call, where it matters. */
export interface Around {
  readonly family?: Family;
  readonly name?: string;
  readonly exe?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: Call["terminal"];
  readonly files?: Readonly<Record<string, string>>;
}

/** What becomes of a call; the arguments may be one text, split at its spaces. */
export function parse(args: string | readonly string[], around: Around = {}) {
  const family = around.family ?? "gcc";
  const call: Call = {
    name: around.name ?? family,
    ...(around.exe === undefined ? {} : { exe: around.exe }),
    args: typeof args === "string" ? args.split(" ") : args,
    cwd: around.cwd ?? "/w",
    env: new Map(Object.entries(around.env ?? {})),
    terminal: around.terminal ?? { stderr: false, columns: 0 },
  };
  return parseGnu(family, call, (path) => around.files?.[path]);
}

/** The plan of a call that has one. */
export function plan(args: string | readonly string[], around: Around = {}): Plan {
  const parsed = parse(args, around);
  assert.equal(parsed.kind, "plan", JSON.stringify(parsed));
  return parsed as Plan;
}

/** The plans of a call with several sources. */
export function batch(args: string | readonly string[], around: Around = {}): Batch {
  const parsed = parse(args, around);
  assert.equal(parsed.kind, "batch", JSON.stringify(parsed));
  return parsed as Batch;
}
