import { PATHS } from "../lib/core/mod.ts";
import { type CompileRun, USER_DEPFILE } from "../lib/cache/mod.ts";

/** Whether the user's depfile is still to be made when the tool has ended. */
export function makesDepfile({ unit }: CompileRun): boolean {
  return unit.plan.discovery.how === "filtered-depfile";
}

/** Copies the depfile that the tool has just written for the user. */
export function keepUserDepfile({ unit, folder }: Pick<CompileRun, "unit" | "folder">): void {
  const { discovery } = unit.plan;
  if (discovery.how !== "filtered-depfile") return;
  const written = PATHS.from(unit.cwd, discovery.path);
  try {
    Deno.copyFileSync(written, `${folder}/${USER_DEPFILE}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
