import { Buffer } from "node:buffer";

/** What a finished process did, as bytes. */
export interface Outcome {
  /** The exit code; 128 + N for a process ended by signal N, as a shell would say. */
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Where and how a process runs. Nothing of the test's own environment reaches it. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | undefined;
  /** After this long the process is killed and the test fails; 60,000 if not given. */
  readonly deadlineMs?: number | undefined;
}

/** Runs a command to its end. Throws if the program is missing or the deadline passes. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError("Cannot run a command: it has no words");
  const deadline = AbortSignal.timeout(surroundings.deadlineMs ?? 60_000);
  const child = new Deno.Command(program, {
    args,
    cwd: surroundings.cwd,
    env: { ...surroundings.env },
    clearEnv: true,
    stdin: surroundings.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = () => child.kill("SIGKILL");
  deadline.addEventListener("abort", kill);
  try {
    const feeding = feed(child, surroundings.stdin);
    const output = await child.output();
    await feeding;
    if (deadline.aborted) throw new Error(`Cannot wait for "${argv.join(" ")}": the deadline passed`);
    return { code: output.code, signal: output.signal, stdout: output.stdout, stderr: output.stderr };
  } finally {
    deadline.removeEventListener("abort", kill);
  }
}

/** Writes the whole input; a reader that leaves early is its own business. */
async function feed(child: Deno.ChildProcess, bytes: Uint8Array | undefined): Promise<void> {
  if (bytes === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Bytes as text, for comparisons that a person has to read. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Whether two byte strings are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The processes that run this program. */
export function pidsOf(program: string): number[] {
  return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name)).filter((pid) => {
    if (!Number.isInteger(pid)) return false;
    try {
      return Deno.readLinkSync(`/proc/${pid}/exe`) === program;
    } catch {
      return false; // ended, or a kernel thread
    }
  });
}

/** The process that started another, which is there. */
export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
}
