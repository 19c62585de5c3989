import { PATHS, PHASES } from "../../lib/core/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { formatNs } from "../format.ts";

/** `zccache engine-profile STATS_JSON`. */
export const engineProfileCommand: Command = {
  name: "engine-profile",
  aliases: [],
  summary: "show where the time of a session's commands went",
  about: [
    "Shows the profile of a session that was begun with --profile, from the output of session-stats --json or " +
    "session-end --json: for each phase its number, total, share, percentiles and maximum, and the ten slowest " +
    "commands.",
    "Phases: connect (the launcher finds the daemon, or starts it), barrier (changes of files are taken in), parse (of " +
    "the command line), key (the request is recognised or the tool identified), validate (a result is looked up and " +
    "its inputs checked), deliver (the launcher puts the files in place), tool (it runs), snapshot (the launcher " +
    "copies what it made), ingest (the daemon files it).",
  ],
  operands: "STATS_JSON",
  operandCount: [1, 1],
  options: [{ name: "json", meaning: "the profile alone, as JSON" }],
  examples: [
    ['zccache session-end --json "$ZCCACHE_SESSION_ID" > build.json', "make the file"],
    ["zccache engine-profile build.json", "show it"],
  ],
  exits: [[0, "shown"], [1, "the file can't be read or has no profile"], [2, "usage"]],
  variables: [],
  place: "caller",
  run: (context) => Promise.resolve(show(context)),
};

function show({ options, cwd }: Context): Outcome {
  const given = options.operands[0] ?? "";
  const path = PATHS.from(cwd, given);
  const read = readProfile(path);
  if (typeof read === "string") return said(1, `error: ${path}: ${read}\n`);
  return printed(options.has("json") ? `${JSON.stringify(read, null, 2)}\n` : profileText(read));
}

/** The `phase_profile` of a session's JSON, or what is wrong. */
function readProfile(path: string): Fields | string {
  try {
    const stats: unknown = JSON.parse(Deno.readTextFileSync(path));
    const profile = fieldsOf(fieldsOf(stats)["phase_profile"]);
    return "phases" in profile ? profile : "it has no profile: was the session begun with --profile?";
  } catch (error) {
    if (error instanceof SyntaxError) return "it is no JSON";
    if (error instanceof Error) return error.message;
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function profileText(profile: Fields): string {
  const phases = fieldsOf(profile["phases"]);
  const known = PHASES.filter((phase) => phase in phases);
  const whole = known.reduce((sum, phase) => sum + numberOf(fieldsOf(phases[phase])["total_ns"]), 0);
  const rows = known.map((phase) => phaseRow(phase, fieldsOf(phases[phase]), whole));
  const slowest = Array.isArray(profile["slowest"]) ? profile["slowest"].map(fieldsOf) : [];
  return [
    `${numberOf(profile["requests"])} commands, ${formatNs(whole)} in all\n\n`,
    "  phase         count      total   share        p50        p90        p99        max\n",
    ...rows,
    slowest.length === 0 ? "" : "\n  Slowest\n",
    ...slowest.map(slowText),
  ].join("");
}

function phaseRow(phase: string, fields: Fields, whole: number): string {
  const total = numberOf(fields["total_ns"]);
  const share = whole === 0 ? 0 : total / whole * 100;
  const times = ["p50_ns", "p90_ns", "p99_ns", "max_ns"].map((key) =>
    formatNs(numberOf(fields[key])).padStart(11)
  );
  const count = String(numberOf(fields["count"])).padStart(9);
  return `  ${phase.padEnd(10)}${count}${formatNs(total).padStart(11)}${`${share.toFixed(1)}%`.padStart(8)}${
    times.join("")
  }\n`;
}

function slowText(slow: Fields): string {
  const phases = fieldsOf(slow["phase_ns"]);
  const parts = PHASES.map((phase) => [phase, numberOf(phases[phase])] as const).filter(([, ns]) => ns > 0)
    .sort((a, b) => b[1] - a[1]).slice(0, 4).map(([phase, ns]) => `${phase} ${formatNs(ns)}`);
  const total = formatNs(numberOf(slow["total_ns"])).padStart(11);
  return `${total}  ${String(slow["outcome"])}  ${String(slow["what"])}\n${" ".repeat(13)}${
    parts.join(", ")
  }\n`;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
