import type { Generation } from "./file_view.ts";
import { FolderWatch, type PathNode } from "./path_node.ts";
import type { Watcher } from "./system.ts";
import { WatchedNodes } from "./watched_nodes.ts";

/**
 * Share of the watches that single files may have. A file without one costs a stat at each question about it; a folder
 * without one costs a stat at every question, and whatever happens in it makes everybody look at all names again.
 */
const LEAF_SHARE = 0.75;

/** The watches on nodes: who has one, and who may still get one. */
export class NodeWatches {
  readonly #watcher: Watcher;
  readonly #now: { readonly generation: Generation };
  readonly #max: number;
  readonly #nodes = new WatchedNodes();
  #folders = 0;

  constructor(
    parts: { watcher: Watcher; listener: { readonly generation: Generation }; maxWatches: number },
  ) {
    this.#watcher = parts.watcher;
    this.#now = parts.listener;
    this.#max = parts.maxWatches;
  }

  /** Folders that are watched. */
  get folders(): number {
    return this.#folders;
  }

  /** Watches a folder; gives the reason if it can't be. */
  addFolder(node: PathNode): string | undefined {
    const old = node.folder;
    if (old === undefined && this.#nodes.size >= this.#max) return "watch-limit";
    const handle = this.#watcher.watch(node.path, "names");
    if (typeof handle === "string") return handle;
    if (old?.handle !== handle) {
      this.end(node);
      this.#nodes.add(handle, node);
      this.#folders++;
    }
    node.folder = new FolderWatch(handle, this.#now.generation);
    return undefined;
  }

  /** Asks for events about the content of a folder's files too; false if the folder isn't watched. */
  addContents(node: PathNode): boolean {
    const folder = node.folder;
    if (folder === undefined) return false;
    if (folder.contentsSince !== Infinity) return true;
    if (this.#watcher.watch(node.path, "contents") !== folder.handle) return false;
    folder.contentsSince = this.#now.generation;
    return true;
  }

  /**
   * Watches the inode of a leaf: links to it can be made anywhere, and once there are several, writes through the others
   * come only this way. Gives the reason if it can't be.
   */
  addLeaf(node: PathNode, links: number): string | undefined {
    const several = links > 1;
    if (node.leafConfirmed && (!several || node.writesSince !== Infinity)) return undefined;
    if (node.leafWatch < 0 && !this.#hasRoomForLeaf()) return "watch-limit";
    const handle = this.#watcher.watch(node.path, several ? "writes" : "links");
    if (typeof handle === "string") return several ? "hard-link" : handle;
    if (node.leafWatch !== handle) {
      if (node.leafWatch >= 0) this.#remove(node.leafWatch, node);
      this.#nodes.add(handle, node);
      node.writesSince = Infinity;
    }
    node.leafWatch = handle;
    node.leafConfirmed = true;
    if (several) node.writesSince = this.#now.generation;
    return undefined;
  }

  /** Ends the watches of a node. */
  end(node: PathNode): void {
    if (node.folder !== undefined) {
      this.#remove(node.folder.handle, node);
      node.folder = undefined;
      this.#folders--;
    }
    if (node.leafWatch >= 0) {
      this.#remove(node.leafWatch, node);
      node.leafWatch = -1;
      node.leafConfirmed = false;
      node.writesSince = Infinity;
    }
  }

  /** Acts on each node of a watch; the nodes may be taken off meanwhile. */
  each(handle: number, act: (node: PathNode) => void): void {
    this.#nodes.each(handle, act);
  }

  /** Forgets a watch that ended by itself. */
  drop(handle: number): void {
    this.#nodes.drop(handle);
  }

  #hasRoomForLeaf(): boolean {
    const { size } = this.#nodes;
    return size < this.#max && size - this.#folders < this.#max * LEAF_SHARE;
  }

  #remove(handle: number, node: PathNode): void {
    if (this.#nodes.remove(handle, node)) this.#watcher.unwatch(handle);
  }
}
