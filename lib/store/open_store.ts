import { budgetBytes, type Settings } from "../core/mod.ts";
import { BlobDir } from "./blobs/blob_dir.ts";
import { currentBoot } from "./boot.ts";
import { DiskStore } from "./disk_store.ts";
import { type IdentityReader, isFileError, openIdentityReader } from "./blobs/file_identity.ts";
import { FileHasher } from "./blobs/hash_file.ts";
import { IndexGuard } from "./index/index_guard.ts";
import { Intake } from "./blobs/intake.ts";
import { ResultShelf } from "./result_shelf.ts";
import type { Store } from "./store.ts";
import { Sweeper } from "./upkeep/sweeper.ts";
import { Trimmer } from "./upkeep/trimmer.ts";
import { type Volume, volumeOf } from "./blobs/volume.ts";

/** How to open a store. */
export interface StoreOptions {
  /** The cache root, absolute; made if it isn't there. */
  readonly root: string;
  readonly budget: Settings["budget"];
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
  /** Takes one line at a time about what went wrong. */
  readonly log?: (line: string) => void;
  /** The state of the root's volume; asked of the system unless given. */
  readonly volume?: () => Volume | undefined;
  /** Bytes below the root that count towards the budget and are not the store's. */
  readonly beside?: () => number;
  /** A number for this start of the machine; asked of the system unless given. */
  readonly boot?: number;
  /** Reads the identity of blobs, and belongs to the store from then on; the best one there is unless given. */
  readonly reader?: IdentityReader;
}

/**
 * Opens the store below a root. Never fails for what is on the disk: a damaged index is set aside, and where nothing can
 * be kept (full, read-only, held by another process) look-ups find nothing and `put` resolves to false.
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return Promise.try(() => openDiskStore(options));
}

function openDiskStore(options: StoreOptions): Store {
  const { root, now, log = () => {}, volume = () => volumeOf(root), boot = currentBoot() } = options;
  const { beside = () => 0 } = options;
  const reader = options.reader ?? openIdentityReader();
  const blobs = new BlobDir(root, reader);
  const tmp = `${root}/tmp`;
  prepareFolders({ root, tmp, blobs, log });
  const path = `${root}/index.sqlite`;
  const guard = new IndexGuard({ path, now, log });
  const { resolutionMs } = reader;
  const shelf = new ResultShelf({ guard, blobs, now, boot, resolutionMs });
  guard.onForget(() => shelf.forget());
  const budget = budgetBytes(options.budget, volume()?.sizeBytes ?? 0);
  const trimmer = new Trimmer({ guard, shelf, now, budgetBytes: budget, beside, volume });
  return new DiskStore({
    guard,
    blobs,
    shelf,
    intake: new Intake(reader, new FileHasher()),
    trimmer,
    sweeper: new Sweeper({ guard, blobs, trimmer, now, tmp }),
    reader,
    now,
    log,
    budgetBytes: budget,
  });
}

interface Folders {
  readonly root: string;
  readonly tmp: string;
  readonly blobs: BlobDir;
  readonly log: (line: string) => void;
}

function prepareFolders({ root, tmp, blobs, log }: Folders): void {
  try {
    Deno.mkdirSync(root, { recursive: true, mode: 0o700 });
    Deno.mkdirSync(tmp, { recursive: true, mode: 0o700 });
    blobs.prepare();
  } catch (error) {
    if (!isFileError(error)) throw error;
    log(`store: the folders can't be made: ${error.message}`);
  }
}
