import type { Command } from "../command.ts";
import { analyzeCommand } from "./analyze.ts";
import { cacheRootCommand } from "./cache_root.ts";
import { cargoRegistryCommand } from "./cargo_registry.ts";
import { clearCommand } from "./clear.ts";
import { completionsCommand } from "./completions.ts";
import { crashesCommand } from "./crashes.ts";
import { doctorCommand } from "./doctor.ts";
import { engineProfileCommand } from "./engine_profile.ts";
import { helpCommand } from "./help.ts";
import { inspectCommand } from "./inspect.ts";
import { releaseHandlesCommand } from "./release_handles.ts";
import { rustArtifactsCommand } from "./rust_artifacts.ts";
import { sessionEndCommand } from "./session_end.ts";
import { sessionStartCommand } from "./session_start.ts";
import { sessionStatsCommand } from "./session_stats.ts";
import { reportCommand } from "./report.ts";
import { startCommand } from "./start.ts";
import { statusCommand } from "./status.ts";
import { stopCommand } from "./stop.ts";
import { warmCommand } from "./warm.ts";
import { whyCommand } from "./why.ts";
import { wrapCommand } from "./wrap.ts";

/** Every command, in the order in which the help lists them. A new one is a file here and a line. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  stopCommand,
  statusCommand,
  whyCommand,
  reportCommand,
  doctorCommand,
  clearCommand,
  sessionStartCommand,
  sessionStatsCommand,
  sessionEndCommand,
  analyzeCommand,
  engineProfileCommand,
  cacheRootCommand,
  inspectCommand,
  rustArtifactsCommand,
  releaseHandlesCommand,
  warmCommand,
  cargoRegistryCommand,
  crashesCommand,
  wrapCommand,
  completionsCommand(() => COMMANDS),
  helpCommand(() => COMMANDS),
];
