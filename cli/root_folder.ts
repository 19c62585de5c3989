import { closeSync, openSync, statSync } from "node:fs";

/**
 * What this process has as `/`: `MOUNT:DEVICE:INODE`, the mount's number only on Linux; empty where it can't be told
 * or is the same for all. Two processes with another one see other files under the same names, as in a container.
 */
export function rootFolder(): string {
  if (Deno.build.os === "windows") return "";
  const { dev, ino } = statSync("/", { bigint: true });
  const mount = Deno.build.os === "linux" ? mountOfRoot() : "";
  return mount === undefined ? "" : `${mount}:${dev}:${ino}`;
}

/** The number of the mount that `/` is on; undefined without /proc. */
function mountOfRoot(): string | undefined {
  const fd = openSync("/", "r");
  try {
    return /^mnt_id:\t(\d+)$/m.exec(Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`))?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    closeSync(fd);
  }
}
