import os from "node:os";

/** Time that the processors have spent since the machine started, in any unit. */
export interface Ticks {
  readonly total: number;
  readonly idle: number;
}

/** Readings are at least this far apart: below it, the system's own grain (10 ms) is most of the figure. */
const SPAN_MS = 200;

/** How busy the machine is. Nothing is polled: each question looks at the time since the last reading. */
export class CpuLoad {
  readonly #read: () => Ticks;
  readonly #nowMs: () => number;
  #last: Ticks;
  #atMs: number;
  #share = 0;

  constructor(read = readTicks, nowMs = () => performance.now()) {
    this.#read = read;
    this.#nowMs = nowMs;
    this.#last = read();
    this.#atMs = nowMs();
  }

  /** The share of all processors' time that was used, 0 to 1, since the reading before. */
  share(): number {
    const nowMs = this.#nowMs();
    if (nowMs - this.#atMs < SPAN_MS) return this.#share;
    const now = this.#read();
    const total = now.total - this.#last.total;
    if (total > 0) this.#share = 1 - (now.idle - this.#last.idle) / total;
    this.#last = now;
    this.#atMs = nowMs;
    return this.#share;
  }
}

/** What the system says; on Linux without the detour through every processor's description. */
function readTicks(): Ticks {
  return Deno.build.os === "linux" ? parseProcStat(Deno.readTextFileSync("/proc/stat")) : ofAllProcessors();
}

/** The first line: user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen. */
export function parseProcStat(text: string): Ticks {
  const [, ...ticks] = text.slice(0, text.indexOf("\n")).trim().split(/\s+/).map(Number);
  const own = ticks.slice(0, 8);
  return { total: own.reduce((sum, count) => sum + count, 0), idle: (own[3] ?? 0) + (own[4] ?? 0) };
}

function ofAllProcessors(): Ticks {
  let [total, idle] = [0, 0];
  for (const { times } of os.cpus()) {
    total += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { total, idle };
}
