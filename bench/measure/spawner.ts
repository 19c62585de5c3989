/** How one started command ended. */
export interface Ended {
  /** Its place in the list of commands. */
  readonly index: number;
  readonly wallMs: number;
  /** User and system time of the command and of what it waited for. */
  readonly cpuMs: number;
  /** Exit code; 128 + the signal's number; 127 if it could not be started. */
  readonly code: number;
}

/** What a run of commands cost. */
export interface Spawned {
  readonly each: readonly Ended[];
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** How to run a list of commands. */
export interface SpawnOptions {
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** How many run at the same time. */
  readonly jobs: number;
  /** What the commands print is added to this file; by default it is thrown away. */
  readonly log?: string;
  /** Called when commands have ended, in batches. */
  readonly progress?: (ended: number) => void;
}

/** Starts and times commands through a small C program, since starting them from here would cost more than they do. */
export class Spawner {
  readonly #program: string;

  private constructor(program: string) {
    this.#program = program;
  }

  /** Compiles the C part into `folder`. Throws `Error` with the compiler's words if that fails. */
  static async build(folder: string): Promise<Spawner> {
    const program = await buildC("measure/spawner.c", folder);
    return new Spawner(program);
  }

  /** Runs the commands and waits for all of them. A command that fails does not stop the others. */
  async run(commands: readonly (readonly string[])[], options: SpawnOptions): Promise<Spawned> {
    const child = new Deno.Command(this.#program, {
      args: [String(options.jobs), options.log ?? "/dev/null"],
      cwd: options.cwd,
      env: options.env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(commands.map(encodeCommand).join("")));
    await writer.close();
    const spawned = await readLines(child.stdout, options.progress);
    const status = await child.status;
    if (!status.success) throw new Error(`Cannot run the commands: the spawner exited with ${status.code}`);
    return spawned;
  }
}

/** Compiles one of this folder's C programs (a path below `bench/`); gives the executable's path. */
export async function buildC(
  source: string,
  folder: string,
  options: { name?: string; flags?: readonly string[] } = {},
): Promise<string> {
  const from = new URL(`../${source}`, import.meta.url).pathname;
  const program = `${folder}/${options.name ?? source.replace(/^.*\/|\.c$/g, "")}`;
  const done = await new Deno.Command("cc", {
    args: ["-O2", ...options.flags ?? [], "-o", program, from],
    stderr: "piped",
  }).output();
  if (!done.success) throw new Error(`Cannot compile ${source}: ${new TextDecoder().decode(done.stderr)}`);
  return program;
}

function encodeCommand(words: readonly string[]): string {
  return `${words.join("\0")}\0\0`;
}

async function readLines(from: ReadableStream<Uint8Array>, progress?: (n: number) => void): Promise<Spawned> {
  const decoder = new TextDecoder();
  const each: Ended[] = [];
  let rest = "";
  let total = { wallMs: 0, cpuMs: 0 };
  for await (const bytes of from) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [index, wall, cpu, code] = line.split(" ");
      const times = { wallMs: Number(wall) / 1e6, cpuMs: Number(cpu) / 1e3 };
      if (index === "total") total = times;
      else each.push({ index: Number(index), ...times, code: Number(code) });
    }
    progress?.(each.length);
  }
  return { each: each.toSorted((a, b) => a.index - b.index), ...total };
}
