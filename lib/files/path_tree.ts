import { PATHS } from "../core/mod.ts";
import type { FileId, Generation } from "./file_view.ts";
import { NodeWatches } from "./node_watches.ts";
import { follow, mayHold, nodeAt, PathNode } from "./path_node.ts";
import { type Change, type Disk, type EventSink, StatRecord, type Watcher } from "./system.ts";

/** What the tree tells its owner. */
export interface TreeListener {
  /** The current generation: the stamp of the events being delivered. */
  readonly generation: Generation;
  /** The file may have changed; `content` = an event was about its bytes, so an equal stat proves nothing. */
  dirty(id: FileId, content: boolean): void;
  /** An entry with this name came or went; undefined = one that certainly matters, or any may have. */
  named(name: string | undefined): void;
  /** Everything was made unknown. */
  wasReset(): void;
}

/**
 * How paths lead to files, kept in step by events. Every folder on the way is watched before it is looked into, so
 * that whatever changes after the look comes as an event.
 */
export class PathTree implements EventSink {
  readonly root = new PathNode(undefined, "");
  readonly watches: NodeWatches;
  readonly #disk: Disk;
  readonly #listener: TreeListener;
  readonly #stat = new StatRecord();

  constructor(parts: { disk: Disk; watcher: Watcher; listener: TreeListener; maxWatches: number }) {
    this.#disk = parts.disk;
    this.#listener = parts.listener;
    this.watches = new NodeWatches(parts);
  }

  /** Finds out what a node is, with its ancestors and where it leads; afterwards it is not unknown. */
  resolve(node: PathNode): void {
    if (node.kind !== "unknown") return;
    node.coveredSince = this.#listener.generation;
    if (node.parent === undefined) return this.#watchFolder(node);
    this.resolve(node.parent);
    const base = follow(node.parent);
    if (base === undefined || base.kind === "refused") node.kind = "refused";
    else if (base.kind === "absent" || base.kind === "leaf") node.kind = "absent";
    else if (base.kind === "blind") this.#blind(node, base.blindness);
    else if (base !== node.parent) this.#alias(node, base.child(node.name));
    else this.#look(node, base);
  }

  /** The names in a resolved, watched folder; undefined if it can't be listed. */
  listing(node: PathNode): Set<string> | undefined {
    const folder = node.folder;
    if (folder === undefined) return undefined;
    if (folder.listing === undefined) {
      const names = this.#disk.list(node.path);
      if (names !== undefined) folder.listing = new Set(names);
    }
    return folder.listing;
  }

  /** Makes a node unknown with all that depends on it. `gone` = what stood there may be elsewhere now: its watches end. */
  forget(node: PathNode, gone: boolean): void {
    if (node.id >= 0) this.#listener.dirty(node.id, false);
    if (gone) this.watches.end(node);
    if (node.kind === "unknown") {
      if (gone) node.children?.forEach((child) => this.forget(child, true));
      return;
    }
    node.kind = "unknown";
    node.coveredSince = Infinity;
    node.blindness = undefined;
    if (node.folder !== undefined) node.folder.listing = undefined;
    node.target?.dependents?.delete(node);
    node.target = undefined;
    const dependents = node.dependents;
    node.dependents = undefined;
    if (node.children !== undefined) { for (const child of node.children.values()) this.forget(child, gone); }
    if (dependents !== undefined) { for (const alias of dependents) this.forget(alias, false); }
  }

  /** Ends all watches at and below a node and cuts it off; gives the ids that were tracked there. */
  release(node: PathNode): FileId[] {
    this.forget(node, true);
    const ids: FileId[] = [];
    this.#collect(node, ids);
    if (node.parent === undefined) node.children = undefined;
    else node.parent.children?.delete(node.name);
    return ids;
  }

  entry(handle: number, change: Change, name: string, isFolder: boolean): void {
    this.watches.each(handle, (node) => {
      node.folder?.note(name, this.#listener.generation);
      const child = node.children?.get(name);
      if (change === "content") {
        if (child?.kind === "alias") this.forget(child, false);
        else if (child !== undefined) this.#content(child);
        return;
      }
      const moved = change !== "folder-attributes";
      if (moved && node.folder !== undefined) node.folder.namesSince = this.#listener.generation;
      if (moved && node.namesAsked) this.#listener.named(undefined);
      const isThere = () => this.#disk.stat(`${node.path}/${name}`, false, this.#stat) === "found";
      const differs = moved && node.folder?.moved(name, change, isThere) !== false;
      const seen = !moved || isFolder || differs || mayHold(child) || this.#isOtherKind(child);
      if (seen) this.#listener.named(child === undefined ? name : undefined);
      if (child !== undefined) this.forget(child, moved);
    });
  }

  touched(handle: number): void {
    this.watches.each(handle, (node) => {
      if (node.folder === undefined) this.#content(node);
      else if (node.parent === undefined) this.forget(node, false);
    });
  }

  gone(handle: number, ended: boolean): void {
    this.watches.each(handle, (node) => {
      this.#listener.named(undefined);
      this.forget(node, true);
    });
    if (ended) this.watches.drop(handle);
  }

  mounted(path: string): void {
    const node = nodeAt(this.root, path);
    node.mountedAt = this.#listener.generation;
    this.#listener.named(undefined);
    this.forget(node, false);
  }

  reset(lost: "events" | "mounts"): void {
    // what was there for a while has left no time stamp
    if (lost === "mounts") this.root.mountedAt = this.#listener.generation;
    this.forget(this.root, false);
    this.#listener.named(undefined);
    this.#listener.wasReset();
  }

  /** Whether a leaf has become something else, such as a file a link: who asks what is at its name gets another answer. */
  #isOtherKind(node: PathNode | undefined): boolean {
    if (node?.kind !== "leaf") return false;
    return this.#disk.stat(node.path, false, this.#stat) === "found" &&
      (this.#stat.type === "file") !== node.isFile;
  }

  /** Looks at a path whose parent is a watched folder and no alias. */
  #look(node: PathNode, base: PathNode): void {
    const outcome = this.#disk.stat(node.path, false, this.#stat);
    if (outcome !== "found") node.kind = outcome;
    else if (this.#stat.type === "folder") this.#watchFolder(node);
    else if (this.#stat.type === "link") this.#followLink(node, base);
    else if (this.watches.addContents(base)) {
      node.kind = "leaf";
      node.isFile = this.#stat.type === "file";
      // What watch there is may be that of an earlier inode.
      node.leafConfirmed = false;
      node.writesSince = Infinity;
    } else this.#blind(node, "watch-limit");
  }

  #followLink(node: PathNode, base: PathNode): void {
    const text = this.#disk.readLink(node.path);
    if (text === undefined || text === "") {
      node.kind = "refused";
      return;
    }
    node.crooked = false;
    // Known from here on, so that a loop comes back to an alias and not into this again.
    node.kind = "alias";
    const target = this.#walk(node, base, text);
    if (target === undefined) node.kind = "refused";
    else if (target.kind === "blind") this.#blind(node, target.blindness);
    else this.#alias(node, target);
  }

  /** Follows the text of a link from its folder; undefined if `..` leads nowhere. */
  #walk(link: PathNode, base: PathNode, text: string): PathNode | undefined {
    let at = PATHS.isAbsolute(text) ? this.root : base;
    let climbing = true;
    for (const name of text.split("/")) {
      if (name === "" || name === ".") continue;
      if (name !== "..") {
        at = at.child(name);
        climbing = false;
        continue;
      }
      this.resolve(at);
      if (!climbing) {
        addDependent(at, link);
        link.crooked = true;
      }
      const real = follow(at);
      if (real?.kind === "blind") return real;
      if (real?.kind !== "folder") return undefined;
      at = real.parent ?? real;
    }
    return at;
  }

  #alias(node: PathNode, target: PathNode): void {
    node.kind = "alias";
    node.target = target;
    addDependent(target, node);
    this.resolve(target);
  }

  #blind(node: PathNode, reason: string | undefined): void {
    node.kind = "blind";
    node.blindness = reason ?? "refused";
  }

  #watchFolder(node: PathNode): void {
    const reason = this.#disk.blindness(node.path) ?? this.watches.addFolder(node);
    if (reason === undefined) node.kind = "folder";
    else {
      this.watches.end(node);
      this.#blind(node, reason);
    }
  }

  /** New bytes or attributes: the file and all that lead to it, but not what only passes by (and may do so in a ring). */
  #content(node: PathNode): void {
    if (node.id >= 0) this.#listener.dirty(node.id, true);
    if (node.dependents === undefined) return;
    for (const alias of node.dependents) if (alias.target === node) this.#content(alias);
  }

  #collect(node: PathNode, ids: FileId[]): void {
    if (node.id >= 0) ids.push(node.id);
    node.children?.forEach((child) => this.#collect(child, ids));
  }
}

function addDependent(node: PathNode, alias: PathNode): void {
  node.dependents ??= new Set();
  node.dependents.add(alias);
}
