import type { InspectedContext, InspectedResult, InspectReport } from "../../lib/core/mod.ts";
import { type Command, printed, said } from "../command.ts";
import { formatBytes, formatMs, formatRow } from "../format.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** `zccache inspect KEY`. */
export const inspectCommand: Command = {
  name: "inspect",
  aliases: [],
  summary: "show what is stored under a key",
  about: [
    "Shows a stored result (exit code, streams, files) or, for the key of a command, the sets of input files under " +
    "which it gave a result. Keys are in the compile journal, ROOT/logs/compile_journal.jsonl.",
  ],
  operands: "KEY",
  operandCount: [1, 1],
  options: [JSON_OPTION, ENDPOINT_OPTION],
  examples: [["zccache inspect 8f0c…", "64 hexadecimal digits"]],
  exits: [[0, "shown"], [1, "nothing has this key, or no daemon is running"], [2, "this is not a key"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: ({ daemon, settings, options }) => {
    const key = (options.operands[0] ?? "").toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(key)) {
      return Promise.resolve(said(2, "error: KEY has 64 hexadecimal digits\n"));
    }
    if (daemon === undefined) return Promise.resolve(said(1, `daemon not running at ${settings.endpoint}\n`));
    const report = daemon.inspect(key);
    if (report === undefined) return Promise.resolve(said(1, `nothing is stored under ${key}\n`));
    if (options.has("json")) {
      return Promise.resolve(printed(`${JSON.stringify(inspectObject(report), null, 2)}\n`));
    }
    return Promise.resolve(printed(report.kind === "result" ? resultText(report) : contextText(report)));
  },
};

/** The object of `inspect --json`. */
function inspectObject(report: InspectReport): Record<string, unknown> {
  if (report.kind === "context") return { kind: report.kind, key: report.key, entries: report.entries };
  return {
    kind: report.kind,
    key: report.key,
    exit_code: report.exit,
    tool_ms: report.toolMs,
    stdout_bytes: report.stdoutBytes,
    stderr_bytes: report.stderrBytes,
    files: report.files,
  };
}

function resultText(report: InspectedResult): string {
  const row = (label: string, value: string) => formatRow(label, value, 12);
  const files = report.files.map((file) =>
    row(
      `${file.role}:`,
      `${formatBytes(file.size)}, mode ${file.mode.toString(8)}, ${file.blob ?? "in the index"}`,
    )
  );
  return [
    `result ${report.key}\n`,
    row("Exit code:", String(report.exit)),
    row("Tool time:", formatMs(report.toolMs)),
    row("Streams:", `stdout ${formatBytes(report.stdoutBytes)}, stderr ${formatBytes(report.stderrBytes)}`),
    ...files,
  ].join("");
}

function contextText(report: InspectedContext): string {
  const entries = report.entries.map((entry, index) =>
    [`  ${index + 1}. result ${entry.result}\n`]
      .concat(entry.inputs.map(({ path, content }) => `     ${content}  ${path}\n`))
      .join("")
  );
  return [`command ${report.key}: ${report.entries.length} set(s) of inputs\n`, ...entries].join("");
}
