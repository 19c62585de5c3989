import { COARSE_MARGIN_MS, marginMs, newestMs } from "./identity.ts";
import type { Disk } from "./system.ts";

/**
 * Whether what was read at `readAtMs` under this stat identity may have been changed afterwards without the time stamps
 * showing it: they are as young as the reading, within the granularity of the clock that made them.
 */
export function isRacy(disk: Disk, path: string, identity: Uint32Array, readAtMs: number): boolean {
  const newest = newestMs(identity);
  if (newest < readAtMs - COARSE_MARGIN_MS) return false;
  return newest >= readAtMs - marginMs(identity) || disk.isRemote(path);
}
