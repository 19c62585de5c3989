import { daemonPid } from "./daemon.ts";
import type { Rig } from "../rig.ts";

/** How many of the daemon's watches are on files and folders below this one. */
export function watchesIn(rig: Rig, folder: string): number {
  const pid = daemonPid(rig.root) ?? 0;
  const inodes = new Set<string>();
  const visit = (path: string) => {
    const { ino, isDirectory } = Deno.lstatSync(path);
    inodes.add((ino ?? 0).toString(16));
    if (isDirectory) { for (const { name } of Deno.readDirSync(path)) visit(`${path}/${name}`); }
  };
  visit(folder);
  const lines = [...Deno.readDirSync(`/proc/${pid}/fdinfo`)].flatMap(({ name }) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/fdinfo/${name}`).split("\n");
    } catch (error) {
      // a descriptor that was closed just now
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  const watched = lines.flatMap((line) => /^inotify wd:\S+ ino:(\S+)/.exec(line)?.[1] ?? []);
  return watched.filter((inode) => inodes.has(inode)).length;
}
