import { PATHS } from "../core/mod.ts";
import type { FileId, Generation } from "./file_view.ts";
import type { History } from "./history.ts";

/**
 * What is known of a path:
 *
 * ```
 * unknown ──resolve──> folder   a folder, watched
 *    ^                 leaf     anything else that is no link
 *    │                 alias    leads elsewhere: a link, or a path below a link
 *    │                 absent   nothing there
 *    │                 refused  can't be told: a loop of links, no permission
 *    │                 blind    at or below a folder without events: asked by stat each time
 *    └──── event ──────┘
 * ```
 *
 * When a node is unknown, so is everything below it and everything that leads to it.
 */
export type NodeKind = "unknown" | "folder" | "leaf" | "alias" | "absent" | "refused" | "blind";

/** The watch of a folder and what it told. */
export class FolderWatch {
  /** The names in it, once somebody asked; kept in step by events. */
  listing: Set<string> | undefined;
  /** When the content of its files began to be watched as well as their names. */
  contentsSince: Generation = Infinity;
  /** When an entry last came or went; at first, since when that would have been seen. */
  namesSince: Generation;
  /** Events by name, for files that were not tracked when they happened. */
  readonly #recent = new Map<string, Generation>();
  #recentFloor: Generation;
  /** The entry that came, if nothing in here came or went after it. */
  #cameLast: string | undefined;

  constructor(readonly handle: number, since: Generation) {
    this.#recentFloor = since;
    this.namesSince = since;
  }

  /** Notes an event; of a busy folder only the latest are kept. */
  note(name: string, at: Generation): void {
    if (this.#recent.size >= RECENT_NAMES && !this.#recent.has(name)) {
      this.#recent.clear();
      this.#recentFloor = at;
    }
    this.#recent.set(name, at);
  }

  /**
   * Takes in that an entry came or went; false if it was known to be there, or not to be, and still is. Of two names that
   * are exchanged in one call the kernel tells that one came and then that it went: what went right after it came is
   * looked for.
   */
  moved(name: string, change: "came" | "went", isThere: () => boolean): boolean {
    const there = change === "came" || (this.#cameLast === name && isThere());
    this.#cameLast = change === "came" ? name : undefined;
    if (this.listing === undefined) return true;
    const had = this.listing.has(name);
    if (there) this.listing.add(name);
    else this.listing.delete(name);
    return had !== there;
  }

  /** What events told about this entry after `since`. */
  history(name: string, since: Generation): History {
    if ((this.#recent.get(name) ?? 0) > since) return "changed";
    return this.#recentFloor <= since ? "same" : "unknown";
  }
}

/** Names remembered per folder. */
const RECENT_NAMES = 1024;

/** What few nodes have: there is a node for each file that is tracked, and most of these are plain files. */
class Rarities {
  target: PathNode | undefined;
  blindness: string | undefined;
  children: Map<string, PathNode> | undefined;
  dependents: Set<PathNode> | undefined;
  folder: FolderWatch | undefined;
  writesSince: Generation = Infinity;
  asked = false;
  namesAsked = false;
  crooked = false;
  mountedAt: Generation = 0;
}

/** Those of a node that has none. */
const NONE: Readonly<Rarities> = new Rarities();

/** One path and what hangs on it. */
export class PathNode {
  kind: NodeKind = "unknown";
  /** Of a leaf: whether it is a regular file. */
  isFile = false;
  /** Handle of the watch on a leaf's inode. */
  leafWatch = -1;
  /** Whether that inode is the one that stands here now. */
  leafConfirmed = false;
  id: FileId = -1;
  /** Since when the kind has been known and kept by events without a gap. */
  coveredSince: Generation = Infinity;
  #rarities: Rarities | undefined;

  constructor(readonly parent: PathNode | undefined, readonly name: string) {}

  /** Absolute. Made when asked for, which is seldom: there is a node for each file that is tracked. */
  get path(): string {
    if (this.parent === undefined) return "/";
    return this.parent.parent === undefined ? PATHS.topmost(this.name) : `${this.parent.path}/${this.name}`;
  }

  /** Where an alias leads. */
  get target(): PathNode | undefined {
    return this.#rare.target;
  }

  set target(target: PathNode | undefined) {
    this.#put("target", target);
  }

  /** Why a blind node is blind. */
  get blindness(): string | undefined {
    return this.#rare.blindness;
  }

  set blindness(reason: string | undefined) {
    this.#put("blindness", reason);
  }

  get children(): Map<string, PathNode> | undefined {
    return this.#rare.children;
  }

  set children(children: Map<string, PathNode> | undefined) {
    this.#put("children", children);
  }

  /** Aliases that lead here or through here. */
  get dependents(): Set<PathNode> | undefined {
    return this.#rare.dependents;
  }

  set dependents(dependents: Set<PathNode> | undefined) {
    this.#put("dependents", dependents);
  }

  /** Of a watched folder. */
  get folder(): FolderWatch | undefined {
    return this.#rare.folder;
  }

  set folder(folder: FolderWatch | undefined) {
    this.#put("folder", folder);
  }

  /** Since when a leaf's watch has told of writes through other names too; infinite if it doesn't. */
  get writesSince(): Generation {
    return this.#rare.writesSince;
  }

  set writesSince(since: Generation) {
    this.#put("writesSince", since);
  }

  /** Whether names below it were asked for, as if it were a folder, whatever it is. */
  get asked(): boolean {
    return this.#rare.asked;
  }

  set asked(asked: boolean) {
    this.#put("asked", asked);
  }

  /** Whether all the names in it count to somebody, if it is a folder. */
  get namesAsked(): boolean {
    return this.#rare.namesAsked;
  }

  set namesAsked(asked: boolean) {
    this.#put("namesAsked", asked);
  }

  /** Of a link whose text climbs (`..`) out of a folder that it went into. */
  get crooked(): boolean {
    return this.#rare.crooked;
  }

  set crooked(crooked: boolean) {
    this.#put("crooked", crooked);
  }

  /** When a file system was last mounted here, or taken away. */
  get mountedAt(): Generation {
    return this.#rare.mountedAt;
  }

  set mountedAt(at: Generation) {
    this.#put("mountedAt", at);
  }

  /** The node below, made when it isn't there yet. */
  child(name: string): PathNode {
    const children = this.children ??= new Map();
    let child = children.get(name);
    if (child === undefined) {
      child = new PathNode(this, name);
      children.set(name, child);
    }
    return child;
  }

  get #rare(): Readonly<Rarities> {
    return this.#rarities ?? NONE;
  }

  #put<K extends keyof Rarities>(key: K, value: Rarities[K]): void {
    if (this.#rare[key] !== value) (this.#rarities ??= new Rarities())[key] = value;
  }
}

/** The node of a normalised absolute path, made when it isn't there yet; nothing is asked of the disk. */
export function nodeAt(root: PathNode, path: string): PathNode {
  let node = root;
  for (const name of path.split("/")) if (name !== "") node = node.child(name);
  return node;
}

/** The node if it was ever made. */
export function findNode(root: PathNode, path: string): PathNode | undefined {
  let node: PathNode | undefined = root;
  for (const name of path.split("/")) if (name !== "") node = node?.children?.get(name);
  return node;
}

/** Most links in a row before a path counts as a loop, as the kernel has it. */
const MOST_LINKS = 40;

/** The node that a resolved node stands for, through aliases; undefined for a loop. */
export function follow(node: PathNode): PathNode | undefined {
  let at = node;
  for (let hops = 0; hops <= MOST_LINKS; hops++) {
    if (at.kind === "unknown") return undefined;
    if (at.kind !== "alias") return at;
    if (at.target === undefined) return undefined;
    at = at.target;
  }
  return undefined;
}

/** Whether names that somebody asked for may be found below this node once something else stands there. */
export function mayHold(node: PathNode | undefined): boolean {
  if (node === undefined) return false;
  return node.kind !== "leaf" || node.asked || node.children !== undefined || node.dependents !== undefined;
}
