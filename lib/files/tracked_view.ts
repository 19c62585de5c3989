import type { ContentFacts, Digest, DigestMemory } from "../core/mod.ts";
import { AskedNames } from "./asked_names.ts";
import { FileStates } from "./file_states.ts";
import { FileTable } from "./file_table.ts";
import type { Coverage, FileId, FileStat, FileState, FileView, Generation, Original } from "./file_view.ts";
import { bytesHistory, type History, pathHistory } from "./history.ts";
import { findNode, follow, nodeAt, type PathNode } from "./path_node.ts";
import { PathTree, type TreeListener } from "./path_tree.ts";
import type { Disk, Watcher } from "./system.ts";
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
  readonly #states: FileStates;
  readonly #nodes: (PathNode | undefined)[] = [];
  readonly #names: AskedNames;
  readonly #timeStamps: TimeStamps;
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
    this.#states = new FileStates({ ...parts, table: this.#table });
    this.#names = new AskedNames(this.#tree, parts);
    this.#timeStamps = new TimeStamps(parts.disk);
  }

  get generation(): Generation {
    return this.#generation;
  }

  get namesGeneration(): Generation {
    if (this.#names.mayHaveChanged(this.#barriers)) this.#namesGeneration++;
    return this.#namesGeneration;
  }

  get coverage(): Coverage {
    const watchedFolders = this.#tree.watches.folders;
    const byStat = this.#table.blindnesses();
    return { watchedFolders, byStat, limit: this.#maxWatches, resets: this.#resets };
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
    this.#states.takeByIdentity(id);
    return id;
  }

  pathOf(id: FileId): string {
    return this.#table.path(id);
  }

  state(id: FileId): FileState {
    if (this.#table.blindness(id) !== undefined) this.#askByStat(id);
    return this.#table.state(id) ?? this.#settle(id);
  }

  expectCopy(path: string, original: Original): void {
    this.#states.expectCopy(path, original);
  }

  facts(digest: Digest): ContentFacts | undefined {
    return this.#states.facts(digest);
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
    return this.#names.exists(path, this.#barriers);
  }

  realPath(path: string): string {
    const node = this.#nodeOf(this.track(path));
    this.#tree.resolve(node);
    const real = follow(node);
    if (real === undefined) return path;
    if (real.kind !== "blind") return real === node ? path : real.path;
    this.#names.lookAfter(path, this.#barriers);
    return this.#disk.realPath(path) ?? path;
  }

  namesIn(path: string): Digest | undefined {
    return this.#names.in(path, this.#barriers);
  }

  namesUnchangedSince(path: string, since: Generation, startedAtMs: number): boolean {
    const history = this.#names.history(path, since);
    if (history !== "unknown") return history === "same";
    return this.#timeStamps.areNamesOlderThan(path, startedAtMs, this.#barriers);
  }

  watchFolder(path: string): void {
    const real = follow(this.#names.folder(path));
    if (real?.kind === "folder") this.#tree.watches.addContents(real);
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
    return this.#states.stat(id);
  }

  release(path: string): number {
    const node = findNode(this.#tree.root, path);
    if (node === undefined) return 0;
    this.#generation++;
    this.#namesGeneration++;
    const ids = this.#tree.release(node);
    for (const id of ids) this.#nodes[id] = undefined;
    this.#names.release(path);
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
    if (name === undefined || this.#names.wasAsked(name)) this.#namesGeneration++;
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
      blindness = this.#tree.watches.addLeaf(leaf, 1);
      state = this.#states.look(id, last);
      if (blindness === undefined && this.#states.links > 1 && leaf.writesSince === Infinity) {
        blindness = this.#tree.watches.addLeaf(leaf, this.#states.links);
        state = this.#states.look(id, state);
      }
    } else {
      blindness = leaf?.blindness ?? "refused";
      state = this.#states.look(id, last);
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

  /** For a file without events: unsettles and settles it again if its stat differs, or can't tell. Once a barrier. */
  #askByStat(id: FileId): void {
    if (!this.#table.firstAsked(id, this.#barriers)) return;
    const last = this.#table.state(id);
    if (last === undefined) return;
    if (this.#states.isStill(id, last)) return;
    this.#generation++;
    this.#table.unsettle(id, this.#generation, false);
    this.#settle(id);
  }

  #setBlindness(id: FileId, reason: string | undefined): void {
    const before = this.#table.blindness(id);
    if (before === reason) return;
    this.#table.setBlindness(id, reason);
    this.#blindFiles += (reason === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  }
}
