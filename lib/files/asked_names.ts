import { type Digest, digestText } from "../core/mod.ts";
import { BlindFolders } from "./blind_folders.ts";
import type { Generation } from "./file_view.ts";
import { type History, pathHistory } from "./history.ts";
import { follow, nodeAt, type PathNode } from "./path_node.ts";
import type { PathTree } from "./path_tree.ts";
import { type Disk, StatRecord } from "./system.ts";

/** The names that somebody asked for, and the folders in which they'd be. */
export class AskedNames {
  readonly #tree: PathTree;
  readonly #disk: Disk;
  readonly #stat = new StatRecord();
  readonly #names = new Set<string>();
  readonly #folders = new Map<string, PathNode>();
  readonly #blind: BlindFolders;

  constructor(tree: PathTree, parts: { readonly disk: Disk; readonly now: () => number }) {
    this.#tree = tree;
    this.#disk = parts.disk;
    this.#blind = new BlindFolders(parts.disk, parts.now);
  }

  /** Whether a name exists at a normalised absolute path. */
  exists(path: string, barrier: number): boolean {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (name === "") return this.#isThere(path);
    const folder = this.folder(slash <= 0 ? "/" : path.slice(0, slash));
    this.#names.add(name);
    const real = follow(folder);
    if (real?.kind === "absent" || real?.kind === "leaf") return false;
    const names = real?.kind === "folder" ? this.#tree.listing(real) : undefined;
    if (names !== undefined) return names.has(name);
    this.#blind.add(folder.path, barrier);
    return this.#isThere(path);
  }

  /** All the names in a folder as one digest; undefined where there is no folder or it can't be listed. */
  in(path: string, barrier: number): Digest | undefined {
    const real = follow(this.folder(path));
    if (real?.kind === "absent" || real?.kind === "leaf") return undefined;
    let names: Iterable<string> | undefined;
    if (real?.kind === "folder") {
      real.namesAsked = true;
      names = this.#tree.listing(real);
    } else {
      this.#blind.add(path, barrier);
      names = this.#disk.list(path);
    }
    return names === undefined ? undefined : digestText([...names].sort().join("\0"));
  }

  /** What events say of the names in a folder since then. */
  history(path: string, since: Generation): History {
    const node = this.folder(path);
    const real = follow(node);
    const led = pathHistory(node, since);
    if (led !== "same") return led;
    const known = real?.kind === "folder" && real.folder !== undefined && real.folder.namesSince <= since;
    return known ? "same" : "unknown";
  }

  /** The resolved node of a folder in which names are asked for. */
  folder(path: string): PathNode {
    let node = this.#folders.get(path);
    if (node === undefined) {
      node = nodeAt(this.#tree.root, path);
      node.asked = true;
      this.#folders.set(path, node);
    }
    this.#tree.resolve(node);
    return node;
  }

  /** Whether anybody asked for this name, wherever. */
  wasAsked(name: string): boolean {
    return this.#names.has(name);
  }

  /** Looks after the folders above a path that no events tell of. */
  lookAfter(path: string, barrier: number): void {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      this.#blind.add(path.slice(0, at), barrier);
    }
  }

  /** Whether names in folders without events may have come or gone since this was last asked; answers once a barrier. */
  mayHaveChanged(barrier: number): boolean {
    return this.#blind.changed(barrier);
  }

  /** Forgets the folders at or below a path. */
  release(path: string): void {
    const below = path === "/" ? "/" : `${path}/`;
    for (const folder of this.#folders.keys()) {
      if (folder === path || folder.startsWith(below)) this.#folders.delete(folder);
    }
    this.#blind.release(path);
  }

  #isThere(path: string): boolean {
    return this.#disk.stat(path, false, this.#stat) === "found";
  }
}
