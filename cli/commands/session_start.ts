import { PATHS, type SessionRequest, type SessionStarted, type Settings } from "../../lib/core/mod.ts";
import { type Command, type Context, type Outcome, type ParsedOptions, printed, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES } from "./_options.ts";
import { FISH, POSIX, POWERSHELL, type ShellDialect } from "./_shell_dialects.ts";

/** `zccache session-start`. */
export const sessionStartCommand: Command = {
  name: "session-start",
  aliases: [],
  summary: "begin a session: one build's own counts, journal, log and profile",
  about: [
    "Prints one line of JSON with session_id, started_at (seconds since 1970) and, with --journal, journal_path. With " +
    "--shell, --fish or --powershell it prints a command for that shell instead, which sets ZCCACHE_SESSION_ID. Every " +
    "command that runs with this variable belongs to the session, and counts globally as well.",
    "A session outlives a restart of the daemon. One that nobody ends expires a day after its last command " +
    "(ZCCACHE_SESSION_EXPIRY_SECS), unless processes own it. Commands " +
    "with the id of a session that is over work and count globally. Existing logs and journals are appended to; " +
    "missing folders are made.",
    "--private-daemon ties the session, and the daemon, to processes: the parent of this command, or those of " +
    "--owner-pid. The session ends with the last of them, and the daemon with its last such session if no other is " +
    "open; until then it doesn't leave for being idle. --daemon-name names the daemon: a session that asks for another " +
    "name than an open one did has reached the wrong daemon, and is refused. --private-env sets variables for the " +
    "session's tools, over the caller's own. They are part of what a result is found by, and status shows their names " +
    "only. Where a tool runs without an answer from the daemon, it runs without them.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    { name: "stats", meaning: "count the session's commands" },
    { name: "log", takes: "FILE", meaning: "append a line for people for each command" },
    { name: "journal", takes: "FILE.jsonl", meaning: "append the journal's line for each command" },
    { name: "profile", meaning: "take the time of each phase of each command" },
    { name: "json", meaning: "one line of JSON, as without any option" },
    { name: "shell", meaning: "print export commands for sh, bash and zsh" },
    { name: "fish", meaning: "print set commands for fish" },
    { name: "powershell", meaning: "print $env: assignments for PowerShell" },
    { name: "cwd", takes: "FOLDER", meaning: "the folder on record, instead of the current one" },
    { name: "private-daemon", meaning: "tie the session and the daemon to owners" },
    {
      name: "daemon-name",
      takes: "NAME",
      meaning: "what the private daemon is called; another one is refused",
    },
    { name: "owner-pid", takes: "PID", meaning: "an owner of a private session; may be given several times" },
    {
      name: "private-env",
      takes: "NAME=VALUE",
      meaning: "a variable for the session's tools; may be given several times",
    },
    { name: "cache-dir", takes: "FOLDER", meaning: "the cache root, instead of ZCCACHE_CACHE_DIR" },
    ENDPOINT_OPTION,
  ],
  examples: [
    ['eval "$(zccache session-start --stats --shell)"', "in sh, bash and zsh"],
    ["zccache session-start --stats --fish | source", "in fish"],
    ["zccache session-start --stats --powershell | Invoke-Expression", "in PowerShell"],
    ["export ZCCACHE_SESSION_ID=$(zccache session-start --stats | jq -r .session_id)", "from the JSON"],
    ["zccache session-start --journal build.jsonl --profile", "record a build"],
  ],
  exits: [[0, "begun"], [1, "not begun; the reason is on standard error"], [2, "usage"]],
  variables: [...ENDPOINT_VARIABLES, "ZCCACHE_NO_SPAWN"],
  place: "daemon",
  startsDaemon: () => true,
  run: (context) => Promise.resolve(start(context)),
};

const SHELLS: readonly (readonly [option: string, dialect: ShellDialect])[] = [
  ["shell", POSIX],
  ["fish", FISH],
  ["powershell", POWERSHELL],
];

function start({ daemon, settings, options, cwd, pid }: Context): Outcome {
  if (daemon === undefined) return said(1, `daemon not running at ${settings.endpoint}\n`);
  const request = requestOf(options, cwd);
  if (typeof request === "string") return said(1, `error: ${request}\n`);
  const started = daemon.startSession(request, pid);
  if (!started.ok) return said(1, `error: ${started.error}\n`);
  const isPrivate = request.owners !== undefined;
  for (const [option, dialect] of SHELLS) {
    if (options.has(option)) {
      return printed(variablesOf(started.value, settings, isPrivate).map(dialect).join(""));
    }
  }
  return printed(`${JSON.stringify(startedObject(started.value, settings, isPrivate))}\n`);
}

/** What is asked, or what is wrong with it. */
function requestOf(options: ParsedOptions, cwd: string): SessionRequest | string {
  const absolute = (path: string | undefined) => path === undefined ? undefined : PATHS.from(cwd, path);
  const journal = absolute(options.value("journal"));
  if (journal !== undefined && !journal.endsWith(".jsonl")) {
    return `the journal's name must end in .jsonl: ${journal}`;
  }
  const owners = options.values("owner-pid").map(Number);
  const strange = owners.findIndex((owner) => !Number.isInteger(owner) || owner < 1);
  if (strange >= 0) return `--owner-pid takes a process id, not ${options.values("owner-pid")[strange]}`;
  const isPrivate = options.has("private-daemon");
  if (owners.length > 0 && !isPrivate) return "--owner-pid goes with --private-daemon";
  const daemonName = options.value("daemon-name");
  if (daemonName !== undefined && !isPrivate) return "--daemon-name goes with --private-daemon";
  if (daemonName !== undefined && !/^[\w.-]{1,64}$/.test(daemonName)) {
    return "--daemon-name takes up to 64 letters, digits, dots, dashes and underscores";
  }
  const env = options.values("private-env").map(variable);
  if (env.some((pair) => pair === undefined)) return "--private-env takes NAME=VALUE";
  return {
    cwd: absolute(options.value("cwd")) ?? cwd,
    stats: options.has("stats"),
    profile: options.has("profile"),
    log: absolute(options.value("log")),
    journal,
    owners: isPrivate ? owners : undefined,
    daemonName,
    env: env.filter((pair) => pair !== undefined),
  };
}

function variable(text: string): [name: string, value: string] | undefined {
  const equals = text.indexOf("=");
  return equals < 1 || text.includes("\0") ? undefined : [text.slice(0, equals), text.slice(equals + 1)];
}

function startedObject(
  started: SessionStarted,
  settings: Settings,
  isPrivate: boolean,
): Record<string, unknown> {
  return {
    session_id: started.id,
    started_at: Math.floor(started.startedMs / 1000),
    journal_path: started.journal,
    ...isPrivate ? { cache_dir: settings.root, endpoint: settings.endpoint } : {},
  };
}

/** A private daemon is only found by those who are told where it is. */
function variablesOf(
  started: SessionStarted,
  settings: Settings,
  isPrivate: boolean,
): (readonly [name: string, value: string])[] {
  const session = ["ZCCACHE_SESSION_ID", started.id] as const;
  if (!isPrivate) return [session];
  return [session, ["ZCCACHE_CACHE_DIR", settings.root], ["ZCCACHE_ENDPOINT", settings.endpoint]];
}
