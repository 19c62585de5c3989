import { openIdentityReader } from "../blobs/file_identity.ts";
import { volumeOf } from "../blobs/volume.ts";
import { currentBoot } from "../boot.ts";
import { FolderShelf } from "./folder_shelf.ts";

/** Opens the shelf for the compiler's incremental data below a root; see docs/format.md for what lies there. */
export function openFolderShelf(
  { root, limitBytes, now, log }: {
    /** The cache root, absolute. */
    readonly root: string;
    /** Most bytes of what is kept; 0 = nothing is. */
    readonly limitBytes: number;
    /** Wall clock, in milliseconds. */
    readonly now: () => number;
    /** Takes one line at a time about what went wrong. */
    readonly log: (line: string) => void;
  },
): FolderShelf {
  return new FolderShelf({
    folder: `${root}/incremental`,
    tmp: `${root}/tmp`,
    limitBytes,
    boot: currentBoot(),
    now,
    reader: openIdentityReader(),
    volume: () => volumeOf(root),
    log,
  });
}
