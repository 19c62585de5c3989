import { PATHS } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import type { InputSet, PairTable } from "../../store/mod.ts";
import { isCrooked } from "../paths.ts";

/** Where somebody stands who spells paths. */
export interface Seat {
  /** Tells it from others. */
  readonly name: string;
  /** The absolute form of a path as it's spelled here. */
  resolve(path: string): string;
}

/** Which files the paths of sets of inputs are; each path is resolved once for all sets that it's in. */
export class PairFiles {
  readonly #view: FileView;
  readonly #tables = new WeakMap<PairTable, TableFiles>();

  constructor(view: FileView) {
    this.#view = view;
  }

  /** The files of a set, in the order of its pairs, seen from somewhere. */
  idsOf(set: InputSet, seat: Seat): Int32Array {
    let files = this.#tables.get(set.table);
    if (files === undefined) this.#tables.set(set.table, files = new TableFiles(set.table, this.#view));
    return files.idsOf(set, seat);
  }
}

/** A path that may lead elsewhere when a link does, as somebody spells it. */
interface Crooked {
  id: FileId;
  /** As of which names it led there. */
  asOf: Generation;
}

/** The files of one table's pairs. Kept is a file's id; of what is crooked, `FIRST_CROOKED` less its number. */
class TableFiles {
  readonly #table: PairTable;
  readonly #view: FileView;
  /** By pair, where the path is absolute. */
  readonly #absolute: number[] = [];
  /** By the seat's name and pair, where it isn't. */
  readonly #relative = new Map<string, Map<number, number>>();
  readonly #crooked: Crooked[] = [];

  constructor(table: PairTable, view: FileView) {
    this.#table = table;
    this.#view = view;
  }

  idsOf(set: InputSet, seat: Seat): Int32Array {
    const asOf = this.#view.namesGeneration;
    let relative = this.#relative.get(seat.name);
    const ids = new Int32Array(set.size);
    let at = 0;
    for (const pair of set.pairs()) {
      let kept = this.#absolute[pair] ?? UNKNOWN;
      if (kept === UNKNOWN) kept = relative?.get(pair) ?? UNKNOWN;
      if (kept === UNKNOWN) {
        kept = this.#keep(pair, seat, asOf);
        relative ??= this.#relative.get(seat.name);
      }
      ids[at++] = kept >= 0 ? kept : this.#follow(this.#crooked[FIRST_CROOKED - kept]!, { pair, seat, asOf });
    }
    return ids;
  }

  /** What a crooked path leads to; asked again when a name has changed, as that may have been a link's. */
  #follow(
    crooked: Crooked,
    { pair, seat, asOf }: { readonly pair: number; readonly seat: Seat; readonly asOf: Generation },
  ): FileId {
    if (crooked.asOf !== asOf) {
      crooked.id = this.#view.track(seat.resolve(this.#table.path(pair)));
      crooked.asOf = asOf;
    }
    return crooked.id;
  }

  #keep(pair: number, seat: Seat, asOf: Generation): number {
    const path = this.#table.path(pair);
    const id = this.#view.track(seat.resolve(path));
    const kept = isCrooked(path) ? FIRST_CROOKED + 1 - this.#crooked.push({ id, asOf }) : id;
    if (PATHS.isAbsolute(path)) {
      while (this.#absolute.length < pair) this.#absolute.push(UNKNOWN);
      return this.#absolute[pair] = kept;
    }
    let relative = this.#relative.get(seat.name);
    if (relative === undefined) this.#relative.set(seat.name, relative = new Map());
    relative.set(pair, kept);
    return kept;
  }
}

/** No file has this id. */
const UNKNOWN = -1;
const FIRST_CROOKED = -2;
