import process from "node:process";

/** Runs a tool as if zccache were not there: the caller's streams, folder and environment. */
export async function runDirectly(argv: readonly string[]): Promise<number> {
  const [tool = "", ...args] = argv;
  const child = new Deno.Command(tool, { args, stdin: "inherit", stdout: "inherit", stderr: "inherit" })
    .spawn();
  const status = await child.status;
  return status.signal === null ? status.code : endBySignal(status.signal);
}

/** Ends this process by the signal that ended the tool; the number is for a signal that this process survives. */
export async function endBySignal(signal: Deno.Signal): Promise<number> {
  process.kill(process.pid, signal);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 128 + SIGNALS.indexOf(signal) + 1;
}

/** Signals by number, from 1; the same on Linux and macOS as far as tools die by them. */
const SIGNALS: readonly string[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
];
