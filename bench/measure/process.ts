/** A clock tick on every kernel that exports it to user space. */
const TICK_MS = 10;

/** What the kernel knows of a process at one moment. */
export interface ProcessFacts {
  /** Time on a processor since it started, all threads, children excluded. */
  readonly cpuMs: number;
  /** The same of its children that have ended, to 10 ms. */
  readonly childrenCpuMs: number;
  /** Resident memory in MiB; of that, what no other process shares and no file backs. */
  readonly residentMib: number;
  readonly privateMib: number;
  readonly descriptors: number;
  readonly threads: number;
}

/**
 * Reads a process's facts from /proc. CPU time comes from the process's own clock, in nanoseconds and with the
 * threads that have ended, so that a few hits can be told from nothing; without glibc or musl's usual name from
 * the ticks of /proc. Throws `Deno.errors.NotFound` if there is no such process.
 */
export async function processFacts(pid: number): Promise<ProcessFacts> {
  using clock = openClock();
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  let descriptors = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) descriptors++;
  return {
    cpuMs: clock.cpuMs(pid) ?? (await ticks(pid, 11)) * TICK_MS,
    childrenCpuMs: (await ticks(pid, 13)) * TICK_MS,
    residentMib: kib(status, "VmRSS") / 1024,
    privateMib: kib(status, "RssAnon") / 1024,
    descriptors,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0),
  };
}

/** Processes whose environment holds `NAME=VALUE` and whose command line matches. */
export async function processesWith(variable: string, command: RegExp): Promise<number[]> {
  const found: number[] = [];
  for await (const entry of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(entry.name)) continue;
    try {
      const env = await Deno.readTextFile(`/proc/${entry.name}/environ`);
      if (!env.split("\0").includes(variable)) continue;
      const line = await Deno.readTextFile(`/proc/${entry.name}/cmdline`);
      if (command.test(line.replaceAll("\0", " "))) found.push(Number(entry.name));
    } catch (error) {
      // A process that ended meanwhile, or one of another user.
      if (!isGone(error) && !(error instanceof Deno.errors.PermissionDenied)) throw error;
    }
  }
  return found;
}

/** Whether the error says that the process has ended. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    (error instanceof Error && error.message.includes("ESRCH")) ||
    (error instanceof Error && /No such process/.test(error.message));
}

/** The sum of two neighbouring fields of /proc/PID/stat, counted from the one after the program's name. */
async function ticks(pid: number, first: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[first]) + Number(fields[first + 1]);
}

function kib(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
}

/** The C library's clock of another process. */
interface ProcessClock extends Disposable {
  /** Undefined if there is no such clock. */
  cpuMs(pid: number): number | undefined;
}

function openClock(): ProcessClock {
  for (const name of ["libc.so.6", "libc.so"]) {
    try {
      const libc = Deno.dlopen(name, { clock_gettime: { parameters: ["i32", "buffer"], result: "i32" } });
      return {
        cpuMs: (pid) => readClock(pid, libc.symbols.clock_gettime),
        [Symbol.dispose]: () => libc.close(),
      };
    } catch (error) {
      // Not that name, or a linker script of that name.
      if (!(error instanceof Error)) throw error;
    }
  }
  return { cpuMs: () => undefined, [Symbol.dispose]: () => {} };
}

function readClock(
  pid: number,
  clockGettime: (clock: number, time: BufferSource) => number,
): number | undefined {
  const time = new BigInt64Array(2);
  // As clock_getcpuclockid() makes it: the inverted process id, and 2 for the scheduler's count.
  if (clockGettime((~pid << 3) | 2, time) !== 0) return undefined;
  return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
}
