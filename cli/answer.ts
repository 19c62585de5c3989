import { readSettings, SettingError, type Settings, VERSION } from "../lib/core/mod.ts";
import { CALLER, type CommandRequest, type OutputReply, type RunHereReply } from "../lib/protocol/mod.ts";
import {
  type Command,
  type Context,
  type DaemonFacts,
  type Outcome,
  type ParsedOptions,
  printed,
  said,
  type Terminal,
} from "./command.ts";
import { COMMANDS } from "./commands/mod.ts";
import { renderCommandHelp, renderProgramHelp, renderUsage } from "./help.ts";
import { type CommandLine, parseCommandLine } from "./parse.ts";

/** Runs a forwarded command inside the daemon: the same modules as in the caller's process. */
export async function answerCommand(
  request: CommandRequest,
  daemon: DaemonFacts,
): Promise<OutputReply | RunHereReply> {
  const utf8 = new TextDecoder();
  const line = parseCommandLine(request.argv.map((word) => utf8.decode(word)), COMMANDS);
  const env = environment(utf8.decode(request.env));
  const terminal = terminalOf(request, env);
  const simple = answerWithoutRunning(line, terminal);
  if (simple !== undefined) return { kind: "output", ...simple };
  if (line.kind !== "run" || belongsElsewhere(line.command, line.options)) return { kind: "run-here" };
  const cwd = utf8.decode(request.cwd);
  const settings = settingsFor(line.options, env, cwd);
  if ("exit" in settings) return { kind: "output", ...settings };
  const { pid } = request;
  const context: Context = {
    settings,
    cwd,
    pid,
    options: line.options,
    terminal,
    daemon,
    control: undefined,
  };
  return { kind: "output", ...await line.command.run(context) };
}

/** The answer to everything that needs no command to run: help, version, usage errors. */
export function answerWithoutRunning(line: CommandLine, terminal: Terminal): Outcome | undefined {
  switch (line.kind) {
    case "help": {
      const help = line.command === undefined
        ? renderProgramHelp(COMMANDS, terminal)
        : renderCommandHelp(line.command, terminal);
      return { exit: line.exit, stdout: help, stderr: "" };
    }
    case "version":
      return printed(`zccache ${VERSION}\n`);
    case "usage-error":
      return said(2, `error: ${line.message}\n\n${renderUsage(line.command)}`);
    default:
      return undefined;
  }
}

/** The settings of this call, or what is wrong with them. */
export function settingsFor(
  options: ParsedOptions,
  env: (name: string) => string | undefined,
  cwd: string,
): Settings | Outcome {
  const given = new Map(PLACE_OPTIONS.map(([option, variable]) => [variable, options.value(option)]));
  try {
    return readSettings((name) => given.get(name) ?? env(name), cwd);
  } catch (error) {
    if (error instanceof SettingError) return said(2, `error: ${error.message}\n`);
    throw error;
  }
}

/** Options that say which daemon is meant, and the variables in whose place they stand. */
export const PLACE_OPTIONS: readonly (readonly [option: string, variable: string])[] = [
  ["endpoint", "ZCCACHE_ENDPOINT"],
  ["cache-dir", "ZCCACHE_CACHE_DIR"],
];

/** An explicit place may be another daemon's than the one that was asked. */
function belongsElsewhere(command: Command, options: ParsedOptions): boolean {
  return command.place === "caller" || staysHere(command, options) ||
    PLACE_OPTIONS.some(([option]) => options.value(option) !== undefined);
}

/** Whether an option that was given makes a command run in the caller's process. */
export function staysHere(command: Command, options: ParsedOptions): boolean {
  return command.options.some(({ name, here }) => here === true && options.has(name));
}

function terminalOf(request: CommandRequest, env: (name: string) => string | undefined): Terminal {
  return {
    stdout: (request.flags & CALLER.stdoutTerminal) !== 0,
    stderr: (request.flags & CALLER.stderrTerminal) !== 0,
    columns: request.columns,
    plain: (env("NO_COLOR") ?? "") !== "",
  };
}

function environment(block: string): (name: string) => string | undefined {
  const variables = new Map<string, string>();
  for (const line of block.split("\0")) {
    const equals = line.indexOf("=");
    if (equals > 0) variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return (name) => variables.get(name);
}
