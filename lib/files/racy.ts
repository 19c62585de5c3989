import { COARSE_MARGIN_MS, marginMs, newestMs } from "./identity.ts";
import type { Disk } from "./system.ts";

/** Where the file is. */
export interface Place {
  readonly disk: Disk;
  readonly path: string;
}

/**
 * Whether what was read at `readAtMs` under this stat identity may have been changed afterwards without the time stamps
 * showing it: they are as young as the reading, within the granularity of the clock that made them.
 */
export function isRacy(identity: Uint32Array, readAtMs: number, at: Place): boolean {
  const newest = newestMs(identity);
  if (newest < readAtMs - COARSE_MARGIN_MS) return false;
  return newest >= readAtMs - marginMs(identity) || at.disk.isRemote(at.path);
}
