import type { DaemonProgram } from "./daemon_control.ts";
import type { Io } from "./main.ts";
import { wrapTool } from "./wrap/mod.ts";

/** The real process: its streams, environment and folder. */
export function processIo(daemonProgram: DaemonProgram): Io {
  const env = (name: string) => Deno.env.get(name);
  const terminal = {
    stdout: Deno.stdout.isTerminal(),
    stderr: Deno.stderr.isTerminal(),
    columns: Deno.stderr.isTerminal() ? Deno.consoleSize().columns : 0,
    rows: Deno.stdout.isTerminal() ? Deno.consoleSize().rows : 0,
    plain: (env("NO_COLOR") ?? "") !== "",
  };
  const io: Io = {
    env,
    cwd: Deno.cwd(),
    terminal,
    write: (stream, text) => writeAll(Deno[stream], new TextEncoder().encode(text)),
    daemonProgram,
    ownProgram: ownPrograms()[0],
    isOwn: ownFiles(),
    wrapTool: (tool, argv, strictPaths) => wrapTool(tool, argv, { ...io, strictPaths }),
  };
  return io;
}

/** Writes everything; a reader that has gone (`| head`) is no error. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  try {
    for (let sent = 0; sent < bytes.length;) sent += stream.writeSync(bytes.subarray(sent));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** The compiled executable, or the launcher that stands before this script. */
function ownPrograms(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  try {
    return [Deno.realPathSync(`${import.meta.dirname}/../../bin/zccache`)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Tells our own files. */
function ownFiles(): (file: Deno.FileInfo) => boolean {
  const own = ownPrograms().map((path) => Deno.statSync(path));
  return (file) => own.some(({ dev, ino }) => ino !== null && dev === file.dev && ino === file.ino);
}
