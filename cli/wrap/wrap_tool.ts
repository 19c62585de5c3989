import type { Io } from "../main.ts";
import { runDirectly } from "./run_directly.ts";

/** Runs a tool through the cache; resolves to the exit code. */
export function wrapTool(argv: readonly string[], _io: Io): Promise<number> {
  return runDirectly(argv);
}
