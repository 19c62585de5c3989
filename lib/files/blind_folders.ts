import { IDENTITY_WORDS, sameIdentity } from "./identity.ts";
import { isRacy } from "./racy.ts";
import { type Disk, StatRecord } from "./system.ts";

/** A folder as it was when it was last looked at; `there` is false when there was none. */
interface Look {
  there: boolean;
  readonly identity: Uint32Array;
  atMs: number;
}

/** Folders without events whose entries somebody asked for: asked by stat, at most once a barrier. */
export class BlindFolders {
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #looks = new Map<string, Look>();
  readonly #stat = new StatRecord();
  #checkedFor = -1;

  constructor(disk: Disk, now: () => number) {
    this.#disk = disk;
    this.#now = now;
  }

  /** Begins to look after a folder. */
  add(path: string, barrier: number): void {
    if (this.#looks.has(path)) return;
    if (this.#looks.size === 0) this.#checkedFor = barrier;
    const look: Look = { there: false, identity: new Uint32Array(IDENTITY_WORDS), atMs: 0 };
    this.#look(path, look);
    this.#looks.set(path, look);
  }

  /** Whether the entries of any may have changed since this was last asked; answers once a barrier. */
  changed(barrier: number): boolean {
    if (this.#checkedFor === barrier || this.#looks.size === 0) return false;
    this.#checkedFor = barrier;
    let changed = false;
    for (const [path, look] of this.#looks) changed = this.#look(path, look) || changed;
    return changed;
  }

  /** Forgets the folders at or below a path. */
  release(path: string): void {
    for (const folder of this.#looks.keys()) {
      if (folder === path || folder.startsWith(path === "/" ? "/" : `${path}/`)) this.#looks.delete(folder);
    }
  }

  #look(path: string, look: Look): boolean {
    const atMs = this.#now();
    const there = this.#disk.stat(path, true, this.#stat) === "found";
    const same = there === look.there && (!there || sameIdentity(this.#stat.identity, 0, look.identity, 0));
    const racy = look.there && isRacy(look.identity, look.atMs, { disk: this.#disk, path });
    look.there = there;
    look.identity.set(this.#stat.identity);
    look.atMs = atMs;
    return !same || racy;
  }
}
