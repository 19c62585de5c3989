import { resolve } from "node:path";
import { folderOf, PATHS } from "../core/mod.ts";
import { ctimeNsOf, mtimeNsOf } from "./identity.ts";
import { isRacy } from "./racy.ts";
import { type Disk, StatRecord } from "./system.ts";

/**
 * What time stamps say of a path since a moment, where no events do. A file's own stamps tell of writes to it and of
 * its being moved; that a folder above was moved shows in the folder's time of change, unless entries changed in it
 * afterwards. So this is a strong sign, not a proof.
 */
export class TimeStamps {
  readonly #disk: Disk;
  readonly #stat = new StatRecord();
  readonly #settled = new Map<string, boolean>();
  #asOf = "";

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /**
   * Whether what is at a path (a regular file, a folder, nothing) has been there since before a moment (wall clock, ms). Nothing
   * is asked twice in a barrier.
   */
  isOlderThan(path: string, momentMs: number, barrier: number): boolean {
    this.#begin(momentMs, barrier);
    const outcome = this.#disk.stat(path, true, this.#stat);
    if (outcome === "absent") return this.#wasAbsent(path, momentMs);
    if (outcome !== "found") return false;
    if (this.#stat.type !== "file" && this.#stat.type !== "folder") return false;
    return !this.#isYoung(path, momentMs) && this.#isSettled(path, momentMs);
  }

  /** Whether the names in a folder have been the same since before a moment. */
  areNamesOlderThan(path: string, momentMs: number, barrier: number): boolean {
    this.#begin(momentMs, barrier);
    if (this.#disk.stat(path, true, this.#stat) !== "found" || this.#stat.type !== "folder") return false;
    return !this.#isYoung(path, momentMs) && this.#isSettled(path, momentMs);
  }

  #begin(momentMs: number, barrier: number): void {
    const asOf = `${barrier} ${momentMs}`;
    if (this.#asOf !== asOf) this.#settled.clear();
    this.#asOf = asOf;
  }

  /** Nothing came and went where the path would begin, if the names of the folder that is there are old enough. */
  #wasAbsent(path: string, momentMs: number): boolean {
    let folder = folderOf(path);
    while (this.#disk.stat(folder, true, this.#stat) !== "found") {
      if (folder === PATHS.rootOf(folder)) return false;
      folder = folderOf(folder);
    }
    // of a file in a folder's place, the stamps say as much
    return !this.#isYoung(folder, momentMs) && this.#isSettled(folder, momentMs);
  }

  /** Whether what a path names, the folders above and the links on the way have been where they are for long enough. */
  #isSettled(path: string, momentMs: number): boolean {
    const known = this.#settled.get(path);
    if (known !== undefined) return known;
    // Until it is known, for links that lead back here.
    this.#settled.set(path, false);
    const settled = path === PATHS.rootOf(path) ||
      this.#isEntrySettled(path, momentMs) && this.#isSettled(folderOf(path), momentMs);
    this.#settled.set(path, settled);
    return settled;
  }

  #isEntrySettled(path: string, momentMs: number): boolean {
    const stat = this.#stat;
    if (this.#disk.stat(path, false, stat) !== "found") return false;
    // A new entry sets both stamps of a folder, a move of the folder only one.
    const filled = stat.type === "folder" && mtimeNsOf(stat.identity) === ctimeNsOf(stat.identity);
    if (!filled && this.#isYoung(path, momentMs)) return false;
    if (stat.type !== "link") return true;
    const text = this.#disk.readLink(path);
    if (text === undefined || CROOKED.test(text)) return false;
    return this.#isSettled(resolve(folderOf(path), text), momentMs);
  }

  #isYoung(path: string, momentMs: number): boolean {
    return isRacy(this.#stat.identity, momentMs, { disk: this.#disk, path });
  }
}

/** A link's text that climbs out of a folder which it went into. */
const CROOKED = /(?:^|\/)(?!\.\.?\/)[^/]+\/(?:.*\/)?\.\.(?:\/|$)/;
