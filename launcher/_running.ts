import type { ReportRequest } from "../lib/protocol/mod.ts";
import type { FakeDaemon } from "./_fake_daemon.ts";
import { runScript, type Stage } from "./_stage.ts";

/** A daemon that lets a script run in the tool's place and takes the report. */
export function running(
  stage: Stage,
  script: string,
  fields: Parameters<typeof runScript>[2] = {},
): FakeDaemon {
  stage.tool("cc", "echo bypassed");
  return stage.daemon((request) => request.kind === "compile" ? runScript(stage, script, fields) : "close");
}

/** The report, once it has arrived. */
export async function reportOf(daemon: FakeDaemon): Promise<ReportRequest> {
  for (let tries = 0; tries < 500; tries++) {
    const report = daemon.requests.find((request) => request.kind === "report");
    if (report !== undefined) return report;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("Cannot find the report: none arrived");
}
