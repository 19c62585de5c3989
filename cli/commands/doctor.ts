import { isOn, VERSION } from "../../lib/core/mod.ts";
import { type Command, type Context, type Outcome, printed } from "../command.ts";
import { checkCompilers, checkPathOrder } from "../doctor/compilers.ts";
import { type Check, type Finding, findingsOf, type Level, type Patient } from "../doctor/finding.ts";
import { checkEnvironment, checkInstallation, checkVersions } from "../doctor/installation.ts";
import { checkRealCompile } from "../doctor/real_compile.ts";
import { checkRoom, checkRoot, checkTrouble } from "../doctor/root.ts";
import { checkVolumes } from "../doctor/volumes.ts";
import { checkWatching, type WatchFacts } from "../doctor/watching.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** `zccache doctor`: in the caller's process, because it looks at the caller's environment. */
export const doctorCommand: Command = {
  name: "doctor",
  aliases: [],
  summary: "check the installation, and say what to do about what is wrong",
  about: [
    "Checks versions, the installation and PATH, the cache root and its rights, room, limits of file system events, what " +
    "the file system can do, the compilers, and traces of trouble; then compiles a small file of its own twice through " +
    "the installed launcher: the second time must be a hit with the same bytes. That starts the daemon.",
    "Each finding is ok, a note, a warning (it works worse than it could) or a problem (it doesn't work as it should), " +
    "with what to do about it. The names of the checks and the keys of --json are stable.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [JSON_OPTION, ENDPOINT_OPTION],
  examples: [["zccache doctor", "look at everything"], [
    "zccache doctor --json | jq .problems",
    "how many problems",
  ]],
  exits: [[0, "no problem was found; there may be warnings"], [1, "there is a problem"]],
  variables: [...ENDPOINT_VARIABLES, "ZCCACHE_DISABLE", "ZCCACHE_NO_SPAWN", "ZCCACHE_NO_WATCH"],
  place: "caller",
  run: examine,
};

async function examine(context: Context): Promise<Outcome> {
  const { settings, cwd, options, host } = context;
  if (host === undefined) throw new TypeError("Cannot examine the caller from inside the daemon");
  const patient: Patient = { settings, cwd, env: host.env, ownProgram: host.ownProgram };
  const root = checkRoot(patient);
  // where nothing can be written, the rest would only say the same again
  const usable = !root.some(({ level }) => level === "problem");
  const checks: readonly Check[] = [
    checkVersions,
    checkInstallation,
    checkEnvironment,
    () => root,
    ...(usable ? [checkRoom, checkVolumes, checkTrouble] : []),
    checkCompilers,
    checkPathOrder,
    ...(usable && !isOn(host.env("ZCCACHE_DISABLE")) ? [checkRealCompile] : []),
    async () => await checkDaemon(context, patient),
  ];
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...await check(patient));
  const problems = findings.filter(({ level }) => level === "problem").length;
  const exit = problems > 0 ? 1 : 0;
  if (!options.has("json")) return { exit, stdout: findingsText(findings), stderr: "" };
  const warnings = findings.filter(({ level }) => level === "warning").length;
  return {
    ...printed(`${JSON.stringify({ version: VERSION, problems, warnings, findings }, null, 2)}\n`),
    exit,
  };
}

/** The running daemon: its version, and what it watches. */
async function checkDaemon({ live }: Context, patient: Patient): Promise<Finding[]> {
  const { ok, note, warning } = findingsOf("daemon");
  const status = await live?.ask(["status", "--json"]);
  if (status?.exit !== 0) {
    return [note("no daemon runs; the next compile starts one"), ...checkWatching(patient, undefined)];
  }
  const { daemon } = JSON.parse(status.stdout) as { readonly daemon: Readonly<Record<string, unknown>> };
  const found = daemon["version"] === VERSION
    ? ok(`the daemon is of the same version, pid ${daemon["pid"]}`)
    : warning(
      `the daemon is of version ${daemon["version"]}`,
      "zccache stop; the next compile starts this version's",
    );
  return [found, ...checkWatching(patient, watchFacts(daemon))];
}

function watchFacts(daemon: Readonly<Record<string, unknown>>): WatchFacts {
  const byStat = daemon["files_by_stat"];
  return {
    watchedFolders: Number(daemon["watched_folders"]),
    byStat: typeof byStat === "object" && byStat !== null ? byStat as Record<string, number> : {},
  };
}

const MARKS: Readonly<Record<Level, string>> = {
  ok: "ok",
  note: "note",
  warning: "WARNING",
  problem: "PROBLEM",
};

/** Findings by check, what to do below each, and a last line that sums up. */
export function findingsText(findings: readonly Finding[]): string {
  const lines: string[] = [];
  let last = "";
  for (const { check, level, text, remedy } of findings) {
    if (check !== last) lines.push(`${lines.length > 0 ? "\n" : ""}${check}\n`);
    last = check;
    lines.push(`  ${MARKS[level].padEnd(9)}${text}\n`);
    if (remedy !== undefined) lines.push(`  ${"".padEnd(9)}-> ${remedy}\n`);
  }
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  lines.push(`\n${count("problem")} problem(s), ${count("warning")} warning(s), ${count("note")} note(s)\n`);
  return lines.join("");
}
