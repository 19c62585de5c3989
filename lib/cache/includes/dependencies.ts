import { parseDepfile, parseIncludes } from "../../tools/mod.ts";
import { PRIVATE_DEPFILE, readLeft } from "../files_of_run.ts";
import type { CompileRun, Finished } from "../ingest.ts";

/** More inputs than any real unit has; a depfile that names more is not believed. */
const MAX_INPUTS = 50_000;

/** Paths as the tool spelled them, from whichever list the plan has; undefined if there is none, or none to believe. */
export function readDependencies(run: CompileRun, finished?: Finished): readonly string[] | undefined {
  const { plan } = run.unit;
  const { discovery, outputs } = plan;
  if (discovery.how === "nothing") return [];
  if (discovery.how === "listed-includes") {
    return finished && parseIncludes(new TextDecoder().decode(finished.stdout), plan);
  }
  const copy = discovery.how === "user-depfile"
    ? outputs.findIndex((output) => output.role === "depfile")
    : PRIVATE_DEPFILE;
  const text = readLeft(`${run.folder}/${copy}`);
  const rule = text === undefined ? undefined : parseDepfile(text);
  return rule === undefined || rule.prerequisites.length > MAX_INPUTS ? undefined : [...rule.prerequisites];
}
