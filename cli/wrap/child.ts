import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import os, { constants } from "node:os";
import type { Readable } from "node:stream";
import { NICE, type Priority } from "../../lib/core/mod.ts";
import { Tap } from "./tap.ts";

/** How long a stream may stay open, silent, after the tool's end: a grandchild that holds it is not waited for. */
const GRACE_MS = 100;
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** A program to run as our child. */
export interface ChildPlan {
  readonly tool: string;
  /** `argv[0]` is what the tool is told to be called. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ours if not given. */
  readonly priority?: Priority;
}

/** How a child ended. */
export interface Ending {
  /** -1 for a signal. */
  readonly exit: number;
  /** 0 for an exit. */
  readonly signal: number;
  readonly signalName: NodeJS.Signals | undefined;
  readonly wallNs: number;
  /** Whether it ran at our priority, though another was asked for. */
  readonly denied: boolean;
}

/** A child that could not even be started. */
export class NotStarted extends Error {
  override name = "NotStarted";
}

/** Runs a child whose output and messages pass through the taps. Throws `NotStarted`. */
export async function runTapped(plan: ChildPlan, out: Tap, err: Tap): Promise<Ending> {
  const { child, ended } = start(plan, ["inherit", "pipe", "pipe"]);
  const streams = Promise.all([drain(child.stdout, out), drain(child.stderr, err)]);
  const ending = await ended;
  await endOrSilence(streams, [out, err]);
  for (const [stream, tap] of [[child.stdout, out], [child.stderr, err]] as const) {
    if (stream === null || stream.readableEnded) continue;
    tap.cut();
    stream.destroy();
  }
  return ending;
}

/**
 * Runs a child whose output goes into a file, and its messages as well: they belong to what a command says. Throws
 * `NotStarted`.
 */
export async function runInto(plan: ChildPlan, path: string): Promise<Ending> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true, mode: 0o600 });
  const { child, ended } = start(plan, ["ignore", "pipe", "pipe"]);
  const [ending] = await Promise.all([
    ended,
    ...[child.stdout, child.stderr].map((from) => drain(from, new Tap(file, 0))),
  ]);
  return ending;
}

function start(plan: ChildPlan, stdio: StdioOptions): { child: ChildProcess; ended: Promise<Ending> } {
  const [argv0 = plan.tool, ...args] = plan.argv;
  const startedMs = performance.now();
  const { child, denied } = atPriority(
    plan.priority ?? "normal",
    () => spawn(plan.tool, args, { argv0, env: { ...plan.env }, stdio }),
  );
  const stopPassing = passSignalsOn(child);
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", (error) => reject(new NotStarted(error.message)));
    child.once("exit", (code, signal) => {
      const wallNs = Math.round((performance.now() - startedMs) * 1e6);
      resolve({
        exit: code ?? -1,
        signal: signal === null ? 0 : constants.signals[signal],
        signalName: signal ?? undefined,
        wallNs,
        denied,
      });
    });
  }).finally(stopPassing);
  return { child, ended };
}

/**
 * Starts a child that inherits another priority than ours: set afterwards, it would not be its first children's. Who may
 * not raise it again stays low too; all that is left to do is to pass on what the tool says.
 */
function atPriority(priority: Priority, start: () => ChildProcess): { child: ChildProcess; denied: boolean } {
  if (priority === "normal") return { child: start(), denied: false };
  const own = os.getPriority();
  const denied = !mayTake(Math.min(19, own + NICE[priority]));
  const child = start();
  if (!denied) mayTake(own);
  return { child, denied };
}

/** Takes a priority, if the system lets us. */
function mayTake(nice: number): boolean {
  try {
    os.setPriority(nice);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Signals that ask us to end are the tool's; those of a terminal reach it anyway. */
function passSignalsOn(child: ChildProcess): () => void {
  const atTerminal = Deno.stdin.isTerminal() || Deno.stderr.isTerminal();
  const handlers = PASSED_ON.map((signal) => {
    const isTerminals = atTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    const handler = () => {
      if (!isTerminals) child.kill(signal);
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return () => handlers.forEach((remove) => remove());
}

async function drain(stream: Readable | null, tap: Tap): Promise<void> {
  if (stream === null) return;
  try {
    for await (const bytes of stream) {
      if (!tap.pass(bytes)) stream.destroy();
    }
  } catch (error) {
    // A stream that is destroyed while it is read ends with this.
    if ((error as { code?: string }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

/** Resolves at the end of the streams, or once nothing has gone through any tap for a while. */
function endOrSilence(streams: Promise<unknown>, taps: readonly Tap[]): Promise<void> {
  const sinceMs = performance.now();
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (performance.now() - Math.max(sinceMs, ...taps.map((tap) => tap.lastMs)) < GRACE_MS) return;
      clearInterval(timer);
      resolve();
    }, GRACE_MS / 10);
    streams.then(() => resolve(), reject).finally(() => clearInterval(timer));
  });
}
