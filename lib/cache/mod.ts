/** From requests to results that are right now. */
export * from "./compile_cache.ts";
export { PRIVATE_DEPFILE, USER_DEPFILE } from "./ingest.ts";
export type { Ask } from "./toolchain.ts";
export type { Unit } from "./unit.ts";
export type { Trial } from "./trials.ts";
