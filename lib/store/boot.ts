import { crc32 } from "node:zlib";
import { isFileError } from "./blobs/file_identity.ts";

/** The `boot` of a blob whose bytes were read back after a later start of the machine: they are on the disk. */
export const PROVEN = 0;
/** The `boot` of a blob that is to be hashed before its next use. */
export const SUSPECT = -1;

/**
 * A number for this start of the machine, never `PROVEN` or `SUSPECT`. Blobs are not synced when they are filed: a loss
 * of power could leave one with its size and times but without its bytes. So a blob filed before the last start is
 * hashed before it is used again, once, which is cheaper than a sync for each of them.
 */
export function currentBoot(): number {
  try {
    return 1 + crc32(Deno.readTextFileSync("/proc/sys/kernel/random/boot_id"));
  } catch (error) {
    if (!isFileError(error)) throw error;
    // A stepped clock looks like another start: then blobs are hashed once more.
    return Math.max(1, Math.round((Date.now() / 1000 - Deno.osUptime()) / 4));
  }
}
