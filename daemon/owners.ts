import process from "node:process";
import type { OwnerState } from "../lib/sessions/mod.ts";

/** A process as it is now; undefined if there's none of this number. */
export function ownerOf(pid: number): OwnerState | undefined {
  if (Deno.build.os !== "linux") return answersSignals(pid) ? { pid, startedTicks: null } : undefined;
  const fields = statFields(pid);
  if (fields === undefined || fields.state === "Z") return undefined;
  return { pid, startedTicks: fields.startedTicks };
}

/** Whether an owner still runs; a later process of its number is another one. */
export function isRunning(owner: OwnerState): boolean {
  const now = ownerOf(owner.pid);
  return now !== undefined && now.startedTicks === owner.startedTicks;
}

/** The parent of a process; undefined where the system doesn't tell. */
export function parentOf(pid: number): number | undefined {
  return Deno.build.os === "linux" ? statFields(pid)?.parent : undefined;
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** From /proc/PID/stat, behind the name, which may hold anything: state, parent, and as the twentieth the start. */
function statFields(pid: number): { state: string; parent: number; startedTicks: number } | undefined {
  let stat: string;
  try {
    stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch (error) {
    // a process that ends while it's read gives ESRCH, which has no class of its own
    if (error instanceof Error) return undefined;
    throw error;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", parent: Number(fields[1]), startedTicks: Number(fields[19]) };
}
