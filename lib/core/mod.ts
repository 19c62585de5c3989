/** Values only: results, reasons, digests, key recipes, settings. Imports nothing of ours. */
export * from "./digest.ts";
export * from "./endpoint.ts";
export * from "./explanation.ts";
export * from "./file_facts.ts";
export * from "./key_recipe.ts";
export * from "./path_rules.ts";
export * from "./path_map.ts";
export * from "./phases.ts";
export * from "./priority.ts";
export * from "./reasons.ts";
export * from "./result.ts";
export * from "./session_report.ts";
export * from "./settings.ts";
export * from "./status_report.ts";
export * from "./stopwatch.ts";
export * from "./version.ts";
