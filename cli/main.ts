import { RELEASE, SETTING_ROWS, type Settings } from "../lib/core/mod.ts";
import { CALLER, type CommandRequest } from "../lib/protocol/mod.ts";
import { answerWithoutRunning, PLACE_OPTIONS, settingsFor, staysHere } from "./answer.ts";
import {
  type Command,
  type Context,
  type DaemonControl,
  type Live,
  type Outcome,
  said,
  type Terminal,
} from "./command.ts";
import { COMMANDS } from "./commands/mod.ts";
import { askDaemon, describeFailure } from "./daemon_client.ts";
import { controlDaemon, type DaemonProgram } from "./daemon_control.ts";
import { findProgram } from "./find_program.ts";
import { type CommandLine, parseCommandLine } from "./parse.ts";
import { rootFolder } from "./root_folder.ts";
import { suggest } from "./suggest.ts";

/** How long a forwarded command may take; `clear` of a large store is the longest. */
const COMMAND_TIMEOUT_MS = 120_000;

/** The process around a command line; tests give their own. */
export interface Io {
  env(name: string): string | undefined;
  readonly cwd: string;
  readonly terminal: Terminal;
  write(stream: "stdout" | "stderr", text: string): void;
  /** How the daemon is started. */
  readonly daemonProgram: DaemonProgram;
  /** The executable by which this installation is called, if it isn't run from its sources. */
  readonly ownProgram: string | undefined;
  /** Whether a file is zccache itself, under whatever name. */
  isOwn(file: Deno.FileInfo): boolean;
  /**
   * Runs a tool's file through the cache; `argv[0]` is what it is told to be called, `strictPaths` the mode that the command
   * line asks for. Resolves to the exit code.
   */
  wrapTool(tool: string, argv: readonly string[], strictPaths: string | undefined): Promise<number>;
}

/** Runs a command line; resolves to the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const line = parseCommandLine(args, COMMANDS);
  const simple = answerWithoutRunning(line, io.terminal);
  if (simple !== undefined) return show(simple, io);
  if (line.kind === "tool") return await runTool(line, io);
  if (line.kind !== "run") throw new TypeError(`Cannot run a command line of kind ${line.kind}`);
  return show(await runHere(line, io), io);
}

async function runHere(line: CommandLine & { kind: "run" }, io: Io): Promise<Outcome> {
  const settings = settingsFor(line.options, io.env, io.cwd);
  if ("exit" in settings) return settings;
  const control = controlDaemon(settings, { program: io.daemonProgram, env: io.env });
  if (line.command.place === "daemon" && !staysHere(line.command, line.options)) {
    const forwarded = await forward(line, settings, io) ??
      await startAndForward(line, { settings, control, io });
    if (forwarded !== undefined) return forwarded;
  }
  const context: Context = {
    settings,
    cwd: io.cwd,
    pid: Deno.pid,
    options: line.options,
    terminal: io.terminal,
    daemon: undefined,
    live: openLive(io, (words) => forwardWords(words, settings, io)),
    host: { env: io.env, ownProgram: io.ownProgram },
    control,
  };
  return await line.command.run(context);
}

/** The same for a command that starts the daemon; undefined if it doesn't. */
async function startAndForward(
  line: CommandLine & { kind: "run" },
  { settings, control, io }: {
    readonly settings: Settings;
    readonly control: DaemonControl;
    readonly io: Io;
  },
): Promise<Outcome | undefined> {
  if (line.command.startsDaemon?.({ settings, options: line.options }) !== true) return undefined;
  const started = await control.start();
  if (!started.ok) return said(1, `failed to start daemon: ${started.error}\n`);
  return await forward(line, settings, io) ?? said(1, `daemon at ${settings.endpoint} went away\n`);
}

/** Lets the daemon run the command; undefined if there is no daemon. */
async function forward(
  { command, options }: { readonly command: Command; readonly options: Context["options"] },
  settings: Settings,
  io: Io,
): Promise<Outcome | undefined> {
  const given = command.options.flatMap(({ name, takes }) => {
    if (PLACE_OPTIONS.some(([option]) => option === name)) return [];
    if (takes !== undefined) return options.values(name).map((value) => `--${name}=${value}`);
    return options.has(name) ? [`--${name}`] : [];
  });
  return await forwardWords([command.name, ...given, "--", ...options.operands], settings, io);
}

/** The same for a command's words. */
async function forwardWords(
  words: readonly string[],
  settings: Settings,
  io: Io,
): Promise<Outcome | undefined> {
  const reply = await askDaemon(settings.endpoint, commandRequest(words, io), COMMAND_TIMEOUT_MS);
  if (!reply.ok) {
    if (reply.error.kind === "absent") return undefined;
    return said(1, `daemon at ${settings.endpoint} ${describeFailure(reply.error)}\n`);
  }
  if (reply.value.kind === "output") return reply.value;
  return said(1, `daemon at ${settings.endpoint} is of another version; zccache stop ends it\n`);
}

function openLive(io: Io, ask: Live["ask"]): Live {
  return {
    rows: io.terminal.rows ?? 0,
    write: (text) => io.write("stdout", text),
    tell: (text) => io.write("stderr", text),
    ask,
    pause: (ms) => new Promise((resume) => setTimeout(() => resume(true), ms)),
  };
}

function commandRequest(argv: readonly string[], io: Io): CommandRequest {
  const utf8 = new TextEncoder();
  const { stdout, stderr, columns } = io.terminal;
  const variables = ["HOME", "USERPROFILE", ...SETTING_ROWS.map((row) => row.variable)];
  const env = variables.map((name) => [name, io.env(name)]).filter(([, value]) => value !== undefined);
  return {
    kind: "command",
    pid: Deno.pid,
    release: RELEASE,
    connectUs: 0,
    session: new Uint8Array(),
    flags: (stdout ? CALLER.stdoutTerminal : 0) | (stderr ? CALLER.stderrTerminal : 0),
    columns,
    umask: 0o022,
    rootFolder: rootFolder(),
    cwd: utf8.encode(io.cwd),
    argv: argv.map((word) => utf8.encode(word)),
    env: utf8.encode(env.map(([name, value]) => `${name}=${value}\0`).join("")),
  };
}

/**
 * Runs a program, unless there is none of that name. A word that stands alone or is nearly a command was meant as a
 * command; anything else was meant as a compiler, and gets what the shell would say.
 */
async function runTool(line: CommandLine & { kind: "tool" }, io: Io): Promise<number> {
  const { argv, wordIsTool, strictPaths } = line;
  const [word = "", ...rest] = argv;
  if (/(^|\/)zccache(\.exe)?$/.test(word) && rest.length > 0) {
    const wrapTool: Io["wrapTool"] = (tool, argv, inner) => io.wrapTool(tool, argv, inner ?? strictPaths);
    return await runCli(rest, { ...io, wrapTool });
  }
  const found = findProgram(word, { path: io.env("PATH") ?? "", isOwn: io.isOwn });
  if (found.kind === "found") {
    // The bare name would lead the tool itself, and the daemon, back to us.
    return await io.wrapTool(found.path, found.skippedOwn ? [found.path, ...rest] : argv, strictPaths);
  }
  if (!wordIsTool && !word.includes("/") && found.exit === 127) {
    const near = suggest(word, COMMANDS.flatMap((c) => [c.name, ...c.aliases]));
    if (near !== undefined) {
      return show(said(2, `error: no command or program ${word}; did you mean zccache ${near}?\n`), io);
    }
    if (argv.length === 1) {
      const message = `error: no command or program ${word}\n\nMore:  zccache --help\n`;
      return show(said(2, message), io);
    }
  }
  return show(said(found.exit, `zccache: ${found.message}\n`), io);
}

function show(outcome: Outcome, io: Io): number {
  if (outcome.stdout !== "") io.write("stdout", outcome.stdout);
  if (outcome.stderr !== "") io.write("stderr", outcome.stderr);
  return outcome.exit;
}
