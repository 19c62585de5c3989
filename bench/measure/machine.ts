import { outputOf } from "../peers/peer.ts";

/** Where figures were taken. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly kernel: string;
  readonly compiler: string;
  readonly deno: string;
}

/** Describes this machine. Nothing that names it or its user is included. */
export async function describeMachine(compiler: string): Promise<Machine> {
  const cpu = await readOr("/proc/cpuinfo");
  const release = await readOr("/etc/os-release");
  return {
    processor: /^model name\s*: (.*)$/m.exec(cpu)?.[1] ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memoryGib: Math.round(Deno.systemMemoryInfo().total / 1024 ** 3),
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? Deno.build.os,
    kernel: Deno.osRelease(),
    compiler: (await outputOf([compiler, "--version"]))?.split("\n")[0] ?? compiler,
    deno: Deno.version.deno,
  };
}

async function readOr(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
