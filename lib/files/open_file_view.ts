import type { DigestMemory } from "../core/mod.ts";
import type { FileView } from "./file_view.ts";
import { Inotify } from "./linux/inotify.ts";
import { Libc } from "./linux/libc.ts";
import { LinuxDisk } from "./linux/linux_disk.ts";
import { BlindWatcher } from "./portable/blind_watcher.ts";
import { PortableDisk } from "./portable/portable_disk.ts";
import type { Disk, Watcher } from "./system.ts";
import { TrackedView } from "./tracked_view.ts";

/** How a view is to work. */
export interface FileViewOptions {
  /** Whether to learn of changes by events; false = every file is asked by stat at every question. */
  readonly watch: boolean;
  /** Where digests survive a restart. */
  readonly memory?: DigestMemory;
  /** Wall clock in ms. */
  readonly now?: () => number;
  /** Most folders and files to watch; half of what the system allows if not given. What is beyond is asked by stat. */
  readonly maxWatches?: number;
  /** Folders whose files are not expected to be edited: their comments are not looked at (`ContentFacts.blanked`). */
  readonly plainFolders?: readonly string[];
  /** Uses what every platform has, although this one offers better: for tests. */
  readonly portable?: boolean;
}

/** Where toolchains and installed libraries live. */
const PLAIN_FOLDERS = [
  "/usr/include/",
  "/usr/lib/",
  "/usr/lib64/",
  "/opt/",
  "/nix/store/",
  "/Library/",
  "/Applications/",
];

/** Opens the best view that this platform offers. */
export function openFileView(options: FileViewOptions): FileView {
  const { disk, watcher } = openSystem(options);
  return new TrackedView({
    disk,
    watcher,
    memory: options.memory,
    now: options.now ?? Date.now,
    maxWatches: options.maxWatches ?? Math.floor(watchLimit() / 2),
    plainFolders: options.plainFolders ?? PLAIN_FOLDERS,
  });
}

function openSystem(options: FileViewOptions): { disk: Disk; watcher: Watcher } {
  if (Deno.build.os !== "linux" || options.portable === true) {
    return {
      disk: new PortableDisk(),
      watcher: new BlindWatcher(options.watch ? "no-events" : "switched-off"),
    };
  }
  const libc = new Libc();
  return { disk: new LinuxDisk(libc), watcher: openWatcher(libc, options.watch) };
}

function openWatcher(libc: Libc, watch: boolean): Watcher {
  if (!watch) return new BlindWatcher("switched-off");
  try {
    return new Inotify(libc);
  } catch (error) {
    if (error instanceof Error) return new BlindWatcher("no-events");
    throw error;
  }
}

/** How many watches the system grants this user; the kernel's least default where it doesn't say. */
function watchLimit(): number {
  const LEAST = 8192;
  try {
    const limit = Number(Deno.readTextFileSync("/proc/sys/fs/inotify/max_user_watches"));
    return Number.isSafeInteger(limit) && limit > 0 ? limit : LEAST;
  } catch (error) {
    if (error instanceof Error) return LEAST;
    throw error;
  }
}
