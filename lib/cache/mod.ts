/** From requests to results that are right now. */
export { Batch } from "./batch.ts";
export * from "./compile_cache.ts";
export { PRIVATE_DEPFILE, readLeft, USER_DEPFILE } from "./files_of_run.ts";
export type { Job } from "./job.ts";
export { IncrementalData, type IncrementalRun } from "./rust/incremental_data.ts";
export { rustArtifacts } from "./rust/artifacts.ts";
export { realPath } from "./paths.ts";
export { lookedUp } from "./observed/looked_up.ts";
export type { Ask } from "./toolchain/ask.ts";
export type { LateCopy, LateOutputs } from "./late_copy.ts";
export { KnownCall } from "./recall/known_call.ts";
export type { Unit } from "./unit.ts";
export type { Trial, TrialOutcome } from "./trials/trials.ts";
