import type { PeerSession } from "../peers/peer.ts";

/** One step of a build by a build tool. */
export interface Step {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly session: PeerSession;
  /** Everything it prints is added here. */
  readonly log: string;
  /** Called with each line that it prints. */
  readonly line?: (line: string) => void;
}

/** Runs a step in the user's own environment plus the cache's variables; gives its wall time in milliseconds. */
export async function runStep(step: Step): Promise<number> {
  const [program, ...args] = step.words;
  const since = performance.now();
  const child = new Deno.Command(program!, {
    args,
    cwd: step.cwd,
    env: { ...inherited(), ...step.session.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  using log = await Deno.open(step.log, { create: true, append: true });
  const writing = Promise.all([copy(child.stdout, log, step.line), copy(child.stderr, log)]);
  const status = await child.status;
  const wallMs = performance.now() - since;
  await writing;
  if (status.success) return wallMs;
  throw new Error(`Cannot build: ${program} exited with ${status.code}; see ${step.log}`);
}

/** The share that is done, from a line of make (`[ 42%]`) or ninja (`[3/184]`) as CMake has them print. */
export function shareIn(line: string): number | undefined {
  const percent = /^\[\s*(\d+)%\]/.exec(line);
  if (percent !== null) return Number(percent[1]) / 100;
  const steps = /^\[(\d+)\/(\d+)\]/.exec(line);
  return steps === null ? undefined : Number(steps[1]) / Number(steps[2]);
}

/** The user's environment without what would steer the caches or make's own jobs. */
function inherited(): Record<string, string> {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) {
    if (/^(ZCCACHE|CCACHE|SCCACHE)_|^(MAKEFLAGS|MFLAGS|MAKELEVEL)$/.test(name)) delete env[name];
  }
  return env;
}

async function copy(from: ReadableStream<Uint8Array>, log: Deno.FsFile, line?: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of from) {
    await log.write(bytes);
    if (line === undefined) continue;
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  }
}
