import { fstatSync, statSync } from "node:fs";
import { RELEASE, type Settings } from "../../lib/core/mod.ts";
import { CALLER, type CompileRequest } from "../../lib/protocol/mod.ts";
import { rootFolder } from "../root_folder.ts";

/** A tool's command line as this process got it. */
export interface ToolCall {
  /** `argv[0]` is what the tool is told to be called. */
  readonly argv: readonly string[];
  /** The same, as the kernel has it: the arguments need not be UTF-8. */
  readonly argvBytes: readonly Uint8Array[];
  /** The program's file. */
  readonly tool: string;
  /** `NAME=VALUE\0` for each variable, as the kernel has it. */
  readonly envBlock: Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Undefined if they can't be read. */
  readonly settings: Settings | undefined;
}

const SESSION_VARIABLE = "ZCCACHE_SESSION_ID";

const utf8 = new TextEncoder();

/** The raw words of a command line, the last of this process's own; equal to `argv` wherever that is exact. */
export function rawWords(argv: readonly string[]): readonly Uint8Array[] {
  const words = argv.map((word) => utf8.encode(word));
  if (isExact(argv)) return words;
  const own = splitAtNul(readProc("/proc/self/cmdline") ?? new Uint8Array());
  const tail = own.slice(-argv.length);
  return tail.length === argv.length ? tail : words;
}

/** Whether no argument was changed on its way into a JavaScript string. */
export function isExact(argv: readonly string[]): boolean {
  return !argv.some((word) => word.includes("\ufffd"));
}

/** The environment block; made from the variables where the kernel doesn't show it. */
export function rawEnvironment(env: Readonly<Record<string, string>>): Uint8Array {
  const block = readProc("/proc/self/environ");
  if (block !== undefined) return block;
  return utf8.encode(Object.entries(env).map(([name, value]) => `${name}=${value}\0`).join(""));
}

/** The parts of a block that end with NUL. */
export function splitAtNul(block: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < block.length;) {
    const end = block.indexOf(0, from);
    parts.push(block.slice(from, end < 0 ? block.length : end));
    from = end < 0 ? block.length : end + 1;
  }
  return parts;
}

/** What is asked of the daemon; the mode of `--strict-paths` goes behind the caller's own variables. */
export function compileRequest(call: ToolCall, strictPaths: string | undefined): CompileRequest {
  const strict = strictPaths === undefined ? [] : utf8.encode(`ZCCACHE_STRICT_PATHS=${strictPaths}\0`);
  const variables = withoutSession(call.envBlock);
  const env = new Uint8Array(variables.length + strict.length);
  env.set(variables);
  env.set(strict, variables.length);
  return {
    kind: "compile",
    pid: Deno.pid,
    release: RELEASE,
    connectUs: Math.min(0xffff_ffff, Math.round(performance.now() * 1000)),
    session: utf8.encode(call.env[SESSION_VARIABLE] ?? ""),
    flags: callerFlags(),
    columns: terminalColumns(),
    umask: Deno.umask(),
    rootFolder: rootFolder(),
    cwd: utf8.encode(call.cwd),
    argv: call.argvBytes,
    env,
  };
}

/** The session stands in the request's head. */
function withoutSession(block: Uint8Array): Uint8Array {
  const name = utf8.encode(`${SESSION_VARIABLE}=`);
  const kept = splitAtNul(block).filter((entry) => !name.every((byte, i) => entry[i] === byte));
  return new Uint8Array(kept.flatMap((entry) => [...entry, 0]));
}

function callerFlags(): number {
  return (Deno.stdout.isTerminal() ? CALLER.stdoutTerminal : 0) |
    (Deno.stderr.isTerminal() ? CALLER.stderrTerminal : 0) |
    (Deno.stdin.isTerminal() ? CALLER.stdinTerminal : 0) |
    (isSameStream() ? CALLER.sameStream : 0) |
    (hasNoInput() ? CALLER.noInput : 0);
}

function hasNoInput(): boolean {
  try {
    const [input, nothing] = [fstatSync(0), statSync("/dev/null")];
    return input.isCharacterDevice() && input.rdev === nothing.rdev;
  } catch {
    return false; // a closed stream is not known to be empty: the tool may open something in its place
  }
}

/** Whether output and messages go to two files, neither of them a terminal. */
export function areStreamsPlain(): boolean {
  return !isSameStream() && !Deno.stdout.isTerminal() && !Deno.stderr.isTerminal();
}

function isSameStream(): boolean {
  try {
    const [out, err] = [fstatSync(1, { bigint: true }), fstatSync(2, { bigint: true })];
    return out.dev === err.dev && out.ino === err.ino;
  } catch {
    return false; // a closed stream is none that could be the same
  }
}

function terminalColumns(): number {
  if (!Deno.stdout.isTerminal()) return 0; // with messages on a terminal the tool runs untouched
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 0; // a terminal without a size
  }
}

function readProc(path: string): Uint8Array | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}
