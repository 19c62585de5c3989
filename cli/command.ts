import type {
  ArtifactsAsked,
  ClearReport,
  InspectReport,
  ReleaseReport,
  Result,
  RustArtifact,
  SessionReport,
  SessionRequest,
  SessionStarted,
  Settings,
  StatusReport,
} from "../lib/core/mod.ts";

/** An option of a command: `--name`, or `--name VALUE` when `takes` names the value. */
export interface OptionRow {
  readonly name: string;
  readonly short?: string;
  readonly takes?: string;
  readonly meaning: string;
  /** The command then runs in the caller's process, whatever its place. */
  readonly here?: boolean;
}

/** What a command gives back; it never writes to the streams itself, so that it can run inside the daemon. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the daemon lets a command ask of it. */
export interface DaemonFacts {
  status(): StatusReport;
  clear(): Promise<ClearReport>;
  /** Undefined if nothing has this key. */
  inspect(key: string): InspectReport | undefined;
  /** Resolves when the journals have everything that happened before. */
  journalWritten(): Promise<void>;
  /** Begins a session for the process that asked; the error is a sentence for the user. */
  startSession(request: SessionRequest, clientPid: number): Result<SessionStarted, string>;
  /** What an open session came to so far; undefined if none of this id is open. */
  session(id: string): SessionReport | undefined;
  /** Ends a session once all its records are written. */
  endSession(id: string): Promise<SessionReport | undefined>;
  /** Lets go of everything at or below a folder (absolute); the error is a sentence for the user. */
  release(folder: string): Promise<Result<ReleaseReport, string>>;
  /** The crates that are stored. */
  rustArtifacts(asked: ArtifactsAsked): readonly RustArtifact[];
  /** Leaves once the requests in hand are answered. */
  requestStop(): void;
}

/** Starting and stopping the daemon from outside; only in the caller's own process. */
export interface DaemonControl {
  /** Starts the daemon if none answers; returns when it does. The error says why it doesn't. */
  start(): Promise<Result<{ readonly pid: number }, string>>;
  /** Asks the daemon to leave and waits until it has; `false` if there was none. */
  stop(): Promise<Result<boolean, string>>;
}

/** A command line, taken apart. */
export interface ParsedOptions {
  /** Whether a switch was given. */
  has(name: string): boolean;
  /** The value of an option that takes one. */
  value(name: string): string | undefined;
  /** All the values of an option that may be given several times. */
  values(name: string): readonly string[];
  readonly operands: readonly string[];
}

/** The place from which a command was called. */
export interface Terminal {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** 0 if unknown. */
  readonly columns: number;
  /** Lines; 0 if unknown. Only in the caller's process. */
  readonly rows?: number;
  /** Whether the caller wants no colours (NO_COLOR). */
  readonly plain: boolean;
}

/** The caller's process and this installation. */
export interface Host {
  env(name: string): string | undefined;
  /** The executable by which this installation is called; undefined when it runs from its sources. */
  readonly ownProgram: string | undefined;
}

/** A place where a command shows something that goes on, and the daemon to ask for it. */
export interface Live {
  /** Lines of the terminal; 0 if unknown. */
  readonly rows: number;
  write(text: string): void;
  /** Writes to standard error. */
  tell(text: string): void;
  /** Has the daemon run a command; undefined if there is none. */
  ask(words: readonly string[]): Promise<Outcome | undefined>;
  /** Waits; resolves to false when it is time to end. */
  pause(ms: number): Promise<boolean>;
}

/** Everything a command may use. */
export interface Context {
  readonly settings: Settings;
  /** The caller's folder, absolute. */
  readonly cwd: string;
  /** The process that the command was called by: the launcher's, or this one. */
  readonly pid: number;
  readonly options: ParsedOptions;
  readonly terminal: Terminal;
  /** Undefined in the caller's process, which for a command of the daemon's means that no daemon runs. */
  readonly daemon: DaemonFacts | undefined;
  /** Undefined inside the daemon. */
  readonly control: DaemonControl | undefined;
  /** Undefined inside the daemon. */
  readonly live?: Live | undefined;
  /** Undefined inside the daemon. */
  readonly host?: Host | undefined;
}

/**
 * Where a command runs: `daemon` = there, and in the caller's process only to say that there is none;
 * `caller` = never in the daemon; `anywhere` = wherever it arrives.
 */
export type Place = "daemon" | "caller" | "anywhere";

/** One word of the command line. The table in `commands/mod.ts` holds them all. */
export interface Command {
  readonly name: string;
  /** Other words for the same, among them options such as `--clear`. */
  readonly aliases: readonly string[];
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, a paragraph an item. */
  readonly about: readonly string[];
  /** The operands in the usage line, such as `KEY`. */
  readonly operands: string;
  /** The least and the most operands. */
  readonly operandCount: readonly [least: number, most: number];
  readonly options: readonly OptionRow[];
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  readonly exits: readonly (readonly [code: number, meaning: string])[];
  /** Environment variables that matter to it, by their names in `SETTING_ROWS`. */
  readonly variables: readonly string[];
  readonly place: Place;
  /** For a command of the daemon's: whether it starts one if there's none. */
  readonly startsDaemon?: (line: { readonly settings: Settings; readonly options: ParsedOptions }) => boolean;
  run(context: Context): Promise<Outcome>;
}

/** Text on standard output, exit 0. */
export function printed(stdout: string): Outcome {
  return { exit: 0, stdout, stderr: "" };
}

/** A message on standard error. */
export function said(exit: number, stderr: string): Outcome {
  return { exit, stdout: "", stderr };
}
