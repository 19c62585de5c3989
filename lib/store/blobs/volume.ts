import { statfsSync } from "node:fs";
import { isFileError } from "./file_identity.ts";

/** How large a volume is, and how much of it anybody may still fill. */
export interface Volume {
  readonly sizeBytes: number;
  readonly freeBytes: number;
}

/** The state of the volume that a folder is on; undefined if it can't be asked. */
export function volumeOf(folder: string): Volume | undefined {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return { sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch (error) {
    if (!isFileError(error)) throw error;
    return undefined;
  }
}
