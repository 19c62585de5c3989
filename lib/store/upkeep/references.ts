import type { DatabaseSync, StatementSync } from "node:sqlite";
import { asBytes, asNumber } from "../index/_columns.ts";
import { decodeIds } from "../index/id_list.ts";
import type { Interner } from "../index/interner.ts";

/** What was found in use so far. */
export interface Marks {
  readonly pairs: Set<number>;
  readonly paths: Set<number>;
  /** The last set and the last entry that were looked at. */
  lastSet: number;
  lastEntry: number;
}

/** A piece of a walk over ids. */
export interface Piece {
  /** The last id of the piece before. */
  readonly last: number;
  readonly limit: number;
}

type ReferenceStatements = {
  readonly [
    K in
      | "sets"
      | "setUsed"
      | "removeSet"
      | "markSets"
      | "markEntries"
      | "pairs"
      | "pairPath"
      | "removePair"
      | "paths"
      | "pathUsed"
      | "removePath"
  ]: StatementSync;
};

/** Finds and removes interned rows that nothing uses; walks in pieces. */
export class References {
  readonly #interner: Interner;
  readonly #sql: ReferenceStatements;

  constructor(db: DatabaseSync, interner: Interner) {
    this.#interner = interner;
    this.#sql = {
      sets: db.prepare("select id from sets where id > ? order by id limit ?"),
      setUsed: db.prepare("select 1 as n from entries where found = ? limit 1"),
      removeSet: db.prepare("delete from sets where id = ?"),
      markSets: db.prepare("select id, pairs from sets where id > ? order by id limit ?"),
      markEntries: db.prepare("select id, passed_over from entries where id > ? order by id limit ?"),
      pairs: db.prepare("select id from pairs where id > ? order by id limit ?"),
      pairPath: db.prepare("select path from pairs where id = ?"),
      removePair: db.prepare("delete from pairs where id = ?"),
      paths: db.prepare("select id from paths where id > ? order by id limit ?"),
      pathUsed: db.prepare("select 1 as n from pairs where path = ? limit 1"),
      removePath: db.prepare("delete from paths where id = ?"),
    };
  }

  /** Removes sets without an entry among the next ones; returns the last id looked at, -1 at the end. */
  removeUnusedSets(last: number, limit: number): number {
    return this.#walk("sets", { last, limit }, (id) => {
      if (this.#sql.setUsed.get(id) !== undefined) return false;
      this.#sql.removeSet.run(id);
      return true;
    });
  }

  startMarking(): Marks {
    return { pairs: new Set(), paths: new Set(), lastSet: 0, lastEntry: 0 };
  }

  /** Marks what the next sets and entries use; returns whether there may be more. */
  mark(marks: Marks, limit: number): boolean {
    const sets = this.#sql.markSets.all(marks.lastSet, limit);
    for (const row of sets) {
      marks.lastSet = asNumber(row["id"]);
      for (const id of decodeIds(asBytes(row["pairs"]))) marks.pairs.add(id);
    }
    const entries = this.#sql.markEntries.all(marks.lastEntry, limit);
    for (const row of entries) {
      marks.lastEntry = asNumber(row["id"]);
      for (const id of decodeIds(asBytes(row["passed_over"]))) marks.paths.add(id);
    }
    return sets.length === limit || entries.length === limit;
  }

  /** Removes unmarked pairs among the next ones; returns the last id looked at, -1 at the end. */
  removeUnmarkedPairs(marks: Marks, piece: Piece): number {
    return this.#walk("pairs", piece, (id) => {
      if (marks.pairs.has(id)) return false;
      this.#sql.removePair.run(id);
      return true;
    });
  }

  /** Removes paths that are neither marked nor of a pair among the next ones; returns as above. */
  removeUnmarkedPaths(marks: Marks, piece: Piece): number {
    return this.#walk("paths", piece, (id) => {
      if (marks.paths.has(id) || this.#sql.pathUsed.get(id) !== undefined) return false;
      this.#sql.removePath.run(id);
      return true;
    });
  }

  #walk(kind: "sets" | "pairs" | "paths", { last, limit }: Piece, remove: (id: number) => boolean): number {
    const ids = this.#sql[kind].all(last, limit).map((row) => asNumber(row["id"]));
    const removed = ids.filter(remove).length;
    if (removed > 0) this.#interner.forget();
    return ids.length < limit ? -1 : ids.at(-1) ?? -1;
  }
}
