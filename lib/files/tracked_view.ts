import { type ContentFacts, type Digest, type DigestMemory, digestText, isDigest } from "../core/mod.ts";
import { BlindFolders } from "./blind_folders.ts";
import { FileReader } from "./file_reader.ts";
import { FileTable } from "./file_table.ts";
import type { Coverage, FileId, FileStat, FileState, FileView, Generation } from "./file_view.ts";
import { bytesHistory, type History, pathHistory } from "./history.ts";
import { ctimeNsOf, mtimeNsOf, sizeOf } from "./identity.ts";
import { findNode, follow, nodeAt, type PathNode } from "./path_node.ts";
import { PathTree, type TreeListener } from "./path_tree.ts";
import { isRacy } from "./racy.ts";
import { type Disk, StatRecord, type Watcher } from "./system.ts";
import { TimeStamps } from "./time_stamps.ts";

/** What a view is made of. */
export interface ViewParts {
  readonly disk: Disk;
  readonly watcher: Watcher;
  readonly memory: DigestMemory | undefined;
  /** Wall clock in ms. */
  readonly now: () => number;
  readonly maxWatches: number;
  readonly plainFolders: readonly string[];
}

/** The file view over any disk and any source of events; what no event covers is asked by stat. */
export class TrackedView implements FileView, TreeListener {
  readonly #disk: Disk;
  readonly #watcher: Watcher;
  readonly #tree: PathTree;
  readonly #table = new FileTable();
  readonly #reader: FileReader;
  readonly #nodes: (PathNode | undefined)[] = [];
  readonly #askedNames = new Set<string>();
  readonly #askedFolders = new Map<string, PathNode>();
  readonly #blindFolders: BlindFolders;
  readonly #timeStamps: TimeStamps;
  readonly #stat = new StatRecord();
  /** Files whose state is their stat identity. */
  readonly #byIdentity = new Set<FileId>();
  readonly #now: () => number;
  readonly #maxWatches: number;
  #blindFiles = 0;
  #generation: Generation = 1;
  #namesGeneration: Generation = 1;
  #barriers = 0;
  #resets = 0;

  constructor(parts: ViewParts) {
    this.#disk = parts.disk;
    this.#watcher = parts.watcher;
    this.#now = parts.now;
    this.#maxWatches = parts.maxWatches;
    this.#tree = new PathTree({ ...parts, listener: this });
    this.#reader = new FileReader(parts);
    this.#blindFolders = new BlindFolders(parts.disk, parts.now);
    this.#timeStamps = new TimeStamps(parts.disk);
  }

  get generation(): Generation {
    return this.#generation;
  }

  get namesGeneration(): Generation {
    if (this.#blindFolders.changed(this.#barriers)) this.#namesGeneration++;
    return this.#namesGeneration;
  }

  get coverage(): Coverage {
    const byStat: Record<string, number> = {};
    for (let id = 0; id < this.#table.size; id++) {
      const reason = this.#table.blindness(id);
      if (reason !== undefined) byStat[reason] = (byStat[reason] ?? 0) + 1;
    }
    return {
      watchedFolders: this.#tree.watchedFolders,
      byStat,
      limit: this.#maxWatches,
      resets: this.#resets,
    };
  }

  barrier(): void {
    this.#barriers++;
    if (!this.#watcher.pending()) return;
    this.#generation++;
    this.#watcher.drain(this.#tree);
  }

  track(path: string): FileId {
    const known = this.#table.idOf(path);
    if (known !== undefined && this.#nodes[known] !== undefined) return known;
    const id = known ?? this.#table.add(path, this.#generation);
    this.#tree.resolve(this.#nodeOf(id));
    return id;
  }

  trackIdentity(path: string): FileId {
    const id = this.track(path);
    this.#byIdentity.add(id);
    return id;
  }

  pathOf(id: FileId): string {
    return this.#table.path(id);
  }

  state(id: FileId): FileState {
    if (this.#table.blindness(id) !== undefined) this.#askByStat(id);
    return this.#table.state(id) ?? this.#settle(id);
  }

  facts(digest: Digest): ContentFacts | undefined {
    return this.#reader.facts(digest);
  }

  changedSince(ids: Int32Array, since: Generation): boolean {
    if (this.#blindFiles > 0) {
      for (let i = 0; i < ids.length; i++) {
        if (this.#table.blindness(ids[i]!) !== undefined) this.#askByStat(ids[i]!);
      }
    }
    return this.#table.anyChangedSince(ids, since);
  }

  quietSince(since: Generation): boolean {
    return this.#blindFiles === 0 && this.#table.quietSince(since);
  }

  exists(path: string): boolean {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    if (name === "") return this.#disk.stat(path, false, this.#stat) === "found";
    const folder = this.#askedFolder(slash <= 0 ? "/" : path.slice(0, slash));
    this.#askedNames.add(name);
    const real = follow(folder);
    if (real?.kind === "absent" || real?.kind === "leaf") return false;
    const names = real?.kind === "folder" ? this.#tree.listing(real) : undefined;
    if (names !== undefined) return names.has(name);
    this.#blindFolders.add(folder.path, this.#barriers);
    return this.#disk.stat(path, false, this.#stat) === "found";
  }

  realPath(path: string): string {
    const node = this.#nodeOf(this.track(path));
    this.#tree.resolve(node);
    const real = follow(node);
    if (real === undefined) return path;
    if (real.kind !== "blind") return real.path;
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      this.#blindFolders.add(path.slice(0, at), this.#barriers);
    }
    return this.#disk.realPath(path) ?? path;
  }

  namesIn(path: string): Digest | undefined {
    const real = follow(this.#askedFolder(path));
    if (real?.kind === "absent" || real?.kind === "leaf") return undefined;
    let names: Iterable<string> | undefined;
    if (real?.kind === "folder") {
      real.namesAsked = true;
      names = this.#tree.listing(real);
    } else {
      this.#blindFolders.add(path, this.#barriers);
      names = this.#disk.list(path);
    }
    return names === undefined ? undefined : digestText([...names].sort().join("\0"));
  }

  namesUnchangedSince(path: string, since: Generation, startedAtMs: number): boolean {
    const node = this.#askedFolder(path);
    const real = follow(node);
    if (real?.kind === "folder" && real.folder !== undefined && pathHistory(node, since) === "same") {
      if (real.folder.namesSince <= since) return true;
    }
    return this.#timeStamps.areNamesOlderThan(path, startedAtMs, this.#barriers);
  }

  watchFolder(path: string): void {
    const real = follow(this.#askedFolder(path));
    if (real?.kind === "folder") this.#tree.watchContents(real);
  }

  unchangedSince(id: FileId, since: Generation, startedAtMs: number): boolean {
    const node = this.#nodeOf(id);
    this.#tree.resolve(node);
    const leaf = follow(node);
    const history = leaf === undefined ? "unknown" : this.#history(id, leaf, since);
    if (history !== "unknown") return history === "same";
    return this.#timeStamps.isOlderThan(node.path, startedAtMs, this.#barriers);
  }

  stat(id: FileId): FileStat | undefined {
    const stat = this.#stat;
    if (this.#disk.stat(this.#table.path(id), true, stat) !== "found") return undefined;
    const { identity, mode } = stat;
    return { size: sizeOf(identity), mtimeNs: mtimeNsOf(identity), ctimeNs: ctimeNsOf(identity), mode };
  }

  release(path: string): number {
    const node = findNode(this.#tree.root, path);
    if (node === undefined) return 0;
    this.#generation++;
    this.#namesGeneration++;
    const ids = this.#tree.release(node);
    for (const id of ids) this.#nodes[id] = undefined;
    const below = path === "/" ? "/" : `${path}/`;
    for (const folder of this.#askedFolders.keys()) {
      if (folder === path || folder.startsWith(below)) this.#askedFolders.delete(folder);
    }
    this.#blindFolders.release(path);
    return ids.length;
  }

  [Symbol.dispose](): void {
    this.#watcher[Symbol.dispose]();
    this.#disk[Symbol.dispose]();
  }

  /** From the tree: the file may have changed. */
  dirty(id: FileId, content: boolean): void {
    this.#table.unsettle(id, this.#generation, content);
  }

  /** From the tree: an entry came or went. */
  named(name: string | undefined): void {
    if (name === undefined || this.#askedNames.has(name)) this.#namesGeneration++;
  }

  /** From the tree: everything was made unknown. */
  wasReset(): void {
    this.#resets++;
  }

  #nodeOf(id: FileId): PathNode {
    const known = this.#nodes[id];
    if (known !== undefined) return known;
    const node = nodeAt(this.#tree.root, this.#table.path(id));
    node.id = id;
    this.#nodes[id] = node;
    return node;
  }

  #askedFolder(path: string): PathNode {
    let node = this.#askedFolders.get(path);
    if (node === undefined) {
      node = nodeAt(this.#tree.root, path);
      node.asked = true;
      this.#askedFolders.set(path, node);
    }
    this.#tree.resolve(node);
    return node;
  }

  /** Finds the state of a file that may have changed, or was never asked for. */
  #settle(id: FileId): FileState {
    const node = this.#nodeOf(id);
    this.#tree.resolve(node);
    const leaf = follow(node);
    const last = this.#table.lastState(id);
    let blindness: string | undefined;
    let state: FileState;
    if (leaf?.kind === "absent" || leaf?.kind === "folder") state = leaf.kind;
    else if (leaf?.kind === "leaf") {
      blindness = this.#tree.watchLeaf(leaf, 1);
      state = this.#look(id, last);
      if (blindness === undefined && this.#stat.links > 1 && leaf.writesSince === Infinity) {
        blindness = this.#tree.watchLeaf(leaf, this.#stat.links);
        state = this.#look(id, state);
      }
    } else {
      blindness = leaf?.blindness ?? "refused";
      state = this.#look(id, last);
    }
    this.#setBlindness(id, blindness);
    // Who asked before this file was known can't know that it didn't change since.
    if (last === undefined) this.#generation++;
    this.#table.settle(id, state, this.#generation);
    return state;
  }

  #history(id: FileId, leaf: PathNode, since: Generation): History {
    const node = this.#nodeOf(id);
    const path = pathHistory(node, since);
    if (path !== "same" || leaf.kind !== "leaf") return path;
    const onceLinked = leaf.writesSince === Infinity;
    const watched = leaf.leafConfirmed && (onceLinked || leaf.writesSince <= since);
    if (watched && node.coveredSince <= since && this.#table.touchedAt(id) <= since) return "same";
    const bytes = bytesHistory(leaf, since);
    return bytes === "same" && !(leaf.leafConfirmed && onceLinked) ? "unknown" : bytes;
  }

  /** What stands at the end of a path, links followed; `last` is what the remembered stat identity belongs to. */
  #look(id: FileId, last: FileState | undefined): FileState {
    const stat = this.#stat;
    const path = this.#table.path(id);
    const outcome = this.#disk.stat(path, true, stat);
    if (outcome !== "found") return outcome === "absent" ? "absent" : "unreadable";
    if (stat.type !== "file") return stat.type === "folder" ? "folder" : "special";
    if (this.#byIdentity.has(id)) return digestText(stat.identity.join());
    if (last !== undefined && this.#isAsRead(id, last, stat)) return last;
    const reading = this.#reader.read(path, stat, !this.#table.mustRead(id));
    if (reading === undefined) return "unreadable";
    this.#table.remember(id, stat.identity, reading.readAtMs);
    return reading.digest;
  }

  /** For a file without events: unsettles and settles it again if its stat differs, or can't tell. Once a barrier. */
  #askByStat(id: FileId): void {
    if (!this.#table.firstAsked(id, this.#barriers)) return;
    const last = this.#table.state(id);
    if (last === undefined) return;
    const stat = this.#stat;
    const outcome = this.#disk.stat(this.#table.path(id), true, stat);
    if (outcome === "absent" ? last === "absent" : outcome === "found" && this.#isAsRead(id, last, stat)) {
      return;
    }
    this.#generation++;
    this.#table.unsettle(id, this.#generation, false);
    this.#settle(id);
  }

  #isAsRead(id: FileId, last: FileState, stat: StatRecord): boolean {
    if (stat.type !== "file") return last === stat.type;
    const readAtMs = this.#table.readAtMs(id, stat.identity);
    return readAtMs > 0 && isDigest(last) &&
      !isRacy(stat.identity, readAtMs, { disk: this.#disk, path: this.#table.path(id) });
  }

  #setBlindness(id: FileId, reason: string | undefined): void {
    const before = this.#table.blindness(id);
    if (before === reason) return;
    this.#table.setBlindness(id, reason);
    this.#blindFiles += (reason === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  }
}
