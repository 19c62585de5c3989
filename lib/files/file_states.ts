import { type ContentFacts, type Digest, digestText, isDigest } from "../core/mod.ts";
import { FileReader, type ReaderParts } from "./file_reader.ts";
import type { FileTable } from "./file_table.ts";
import type { FileId, FileStat, FileState } from "./file_view.ts";
import { ctimeNsOf, mtimeNsOf, sizeOf } from "./identity.ts";
import type { Original } from "./originals.ts";
import { isRacy } from "./racy.ts";
import { type Disk, StatRecord } from "./system.ts";

/** Finds out what stands at paths, by their stat where that proves it, else by reading; the table remembers. */
export class FileStates {
  readonly #disk: Disk;
  readonly #table: FileTable;
  readonly #reader: FileReader;
  readonly #stat = new StatRecord();
  /** Files whose state is their stat identity. */
  readonly #byIdentity = new Set<FileId>();

  constructor(parts: ReaderParts & { readonly table: FileTable }) {
    this.#disk = parts.disk;
    this.#table = parts.table;
    this.#reader = new FileReader(parts);
  }

  /** From now on, a file's state is its stat identity. */
  takeByIdentity(id: FileId): void {
    this.#byIdentity.add(id);
  }

  /** How many names the file has that `look` saw last. */
  get links(): number {
    return this.#stat.links;
  }

  expectCopy(path: string, original: Original): void {
    this.#reader.expectCopy(path, original);
  }

  facts(digest: Digest): ContentFacts | undefined {
    return this.#reader.facts(digest);
  }

  /** What stands at the end of a path, links followed; `last` is what the remembered stat identity belongs to. */
  look(id: FileId, last: FileState | undefined): FileState {
    const stat = this.#stat;
    const path = this.#table.path(id);
    const outcome = this.#disk.stat(path, true, stat);
    if (outcome !== "found") return outcome === "absent" ? "absent" : "unreadable";
    if (stat.type !== "file") return stat.type === "folder" ? "folder" : "special";
    if (this.#byIdentity.has(id)) return digestText(stat.identity.join());
    if (last !== undefined && this.#isAsRead(id, last)) return last;
    const reading = this.#reader.read(path, stat, !this.#table.mustRead(id));
    if (reading === undefined) return "unreadable";
    this.#table.remember(id, stat.identity, reading.readAtMs);
    return reading.digest;
  }

  /** Whether stat alone shows that a path is what it was. */
  isStill(id: FileId, last: FileState): boolean {
    const outcome = this.#disk.stat(this.#table.path(id), true, this.#stat);
    return outcome === "absent" ? last === "absent" : outcome === "found" && this.#isAsRead(id, last);
  }

  stat(id: FileId): FileStat | undefined {
    const stat = this.#stat;
    if (this.#disk.stat(this.#table.path(id), true, stat) !== "found") return undefined;
    const { identity, mode } = stat;
    return { size: sizeOf(identity), mtimeNs: mtimeNsOf(identity), ctimeNs: ctimeNsOf(identity), mode };
  }

  #isAsRead(id: FileId, last: FileState): boolean {
    const stat = this.#stat;
    if (stat.type !== "file") return last === stat.type;
    const readAtMs = this.#table.readAtMs(id, stat.identity);
    return readAtMs > 0 && isDigest(last) &&
      !isRacy(stat.identity, readAtMs, { disk: this.#disk, path: this.#table.path(id) });
  }
}
