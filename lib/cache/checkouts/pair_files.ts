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

/** A pair whose path may lead elsewhere when a link does. */
interface CrookedPair {
  readonly pair: number;
  readonly seat: Seat;
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

/** The files of one table's pairs. */
class TableFiles {
  readonly #table: PairTable;
  readonly #view: FileView;
  /** By pair, where the path is absolute. */
  readonly #absolute: FileId[] = [];
  /** By the seat's name and pair, where it isn't. */
  readonly #relative = new Map<string, Map<number, FileId>>();
  #crooked: CrookedPair[] = [];
  #asOf: Generation;

  constructor(table: PairTable, view: FileView) {
    this.#table = table;
    this.#view = view;
    this.#asOf = view.namesGeneration;
  }

  idsOf(set: InputSet, seat: Seat): Int32Array {
    if (this.#asOf !== this.#view.namesGeneration) this.#followLinks();
    let relative = this.#relative.get(seat.name);
    const ids = new Int32Array(set.size);
    let at = 0;
    for (const pair of set.pairs()) {
      let id = this.#absolute[pair] ?? UNKNOWN;
      if (id === UNKNOWN) {
        id = relative?.get(pair) ?? this.#resolve({ pair, seat });
        relative ??= this.#relative.get(seat.name);
      }
      ids[at++] = id;
    }
    return ids;
  }

  /** Takes the crooked paths again: what they lead to may be another file now. */
  #followLinks(): void {
    this.#asOf = this.#view.namesGeneration;
    const crooked = this.#crooked;
    this.#crooked = [];
    for (const one of crooked) this.#resolve(one);
  }

  #resolve(one: CrookedPair): FileId {
    const { pair, seat } = one;
    const path = this.#table.path(pair);
    if (isCrooked(path)) this.#crooked.push(one);
    const id = this.#view.track(seat.resolve(path));
    if (PATHS.isAbsolute(path)) {
      while (this.#absolute.length < pair) this.#absolute.push(UNKNOWN);
      this.#absolute[pair] = id;
      return id;
    }
    let relative = this.#relative.get(seat.name);
    if (relative === undefined) this.#relative.set(seat.name, relative = new Map());
    relative.set(pair, id);
    return id;
  }
}

/** No file has this id. */
const UNKNOWN: FileId = -1;
