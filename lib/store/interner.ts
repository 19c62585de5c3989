import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { asBytes, asNumber, asText, DamagedIndexError, parseJson } from "./_columns.ts";
import { decodeIds, encodeIds, sortedIds } from "./id_list.ts";
import { LruMap } from "./lru_map.ts";

/** A path and what was there: the unit that entries share. */
export type PathAndContent = readonly [path: string, content: string];

/** A set of inputs: its row, and a checksum over what it says (not over how it is kept). */
export interface InternedSet {
  readonly id: number;
  readonly pairs: readonly PathAndContent[];
  readonly crc: number;
}

interface Pair {
  readonly id: number;
  readonly value: PathAndContent;
  readonly crc: number;
}

interface KnownPath {
  readonly id: number;
  readonly pairs: Pair[];
}

/** Pairs kept in memory before all are forgotten and read again: some 40 MB. */
const KNOWN_PAIRS_LIMIT = 131_072;
/** References to pairs in the sets kept in memory: 8 bytes each. */
const SET_REFERENCES_LIMIT = 1_000_000;

/**
 * Turns paths, contents and sets of them into small integers and back: a hundred thousand units name the same few
 * thousand headers. What was read stays in memory, bounded, so that equal sets share their strings.
 */
export class Interner {
  readonly #sql: Statements;
  readonly #paths = new Map<string, KnownPath>();
  readonly #pairs = new Map<number, Pair>();
  readonly #sets = new LruMap<number, InternedSet>({
    limit: SET_REFERENCES_LIMIT,
    weigh: (set) => set.pairs.length + 8,
  });

  constructor(db: DatabaseSync) {
    this.#sql = prepare(db);
  }

  /** The set of these pairs, made if there is none. Order and repetitions are not kept. */
  internSet(pairs: readonly PathAndContent[]): InternedSet {
    const ids = sortedIds(pairs.map(([path, content]) => this.#internPair(path, content).id));
    const bytes = encodeIds(ids);
    const crc = crc32(bytes);
    for (const row of this.#sql.setsByCrc.all(crc)) {
      if (equalBytes(asBytes(row["pairs"]), bytes)) return this.readSet(asNumber(row["id"]));
    }
    const id = Number(this.#sql.addSet.run(crc, bytes).lastInsertRowid);
    return this.#keepSet(id, ids);
  }

  /** The set with this id. Throws `DamagedIndexError` where the index contradicts itself. */
  readSet(id: number): InternedSet {
    const known = this.#sets.get(id);
    if (known !== undefined) return known;
    const row = this.#sql.set.get(id);
    if (row === undefined) throw new DamagedIndexError(`Cannot read set ${id}: there is none`);
    return this.#keepSet(id, decodeIds(asBytes(row["pairs"])));
  }

  /** A list of paths as bytes; sorted by id. */
  internPaths(paths: readonly string[]): Uint8Array {
    return encodeIds(sortedIds(paths.map((path) => this.#knownPath(path).id)));
  }

  /** The paths that `internPaths` wrote. */
  readPaths(bytes: Uint8Array): string[] {
    return decodeIds(bytes).map((id) => {
      const row = this.#sql.pathText.get(id);
      if (row === undefined) throw new DamagedIndexError(`Cannot read path ${id}: there is none`);
      return asText(row["text"]);
    });
  }

  /** Drops what is in memory: after a rollback, or when rows were removed. */
  forget(): void {
    this.#paths.clear();
    this.#pairs.clear();
    this.#sets.clear();
  }

  #keepSet(id: number, ids: readonly number[]): InternedSet {
    this.#readPairs(ids.filter((pair) => !this.#pairs.has(pair)));
    const pairs = ids.map((pair) => this.#knownPair(pair));
    const crc = crc32(new Uint8Array(Int32Array.from(pairs, (pair) => pair.crc).buffer));
    const set = { id, crc, pairs: pairs.map((pair) => pair.value) };
    this.#sets.set(id, set);
    this.#boundMemory();
    return set;
  }

  #internPair(path: string, content: string): Pair {
    const known = this.#knownPath(path);
    const found = known.pairs.find((pair) => pair.value[1] === content);
    if (found !== undefined) return found;
    const crc = checkPair(path, content);
    const id = Number(this.#sql.addPair.run(known.id, content, crc).lastInsertRowid);
    const pair: Pair = { id, crc, value: [path, content] };
    known.pairs.push(pair);
    this.#pairs.set(id, pair);
    return pair;
  }

  #knownPath(path: string): KnownPath {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const row = this.#sql.pathId.get(path);
    const id = row === undefined ? Number(this.#sql.addPath.run(path).lastInsertRowid) : asNumber(row["id"]);
    const fresh: KnownPath = { id, pairs: [] };
    this.#paths.set(path, fresh);
    if (row !== undefined) this.#readPairsOf(path, fresh);
    return fresh;
  }

  #readPairsOf(path: string, known: KnownPath): void {
    for (const row of this.#sql.pairsOfPath.all(known.id)) {
      const id = asNumber(row["id"]);
      const pair = this.#pairs.get(id) ??
        checked({ id, value: [path, asText(row["content"])], crc: asNumber(row["crc"]) });
      this.#pairs.set(id, pair);
      known.pairs.push(pair);
    }
  }

  /** All in one statement: a statement for each takes 1.5 ms for 400 pairs, this 0.3 ms. */
  #readPairs(ids: readonly number[]): void {
    if (ids.length === 0) return;
    const rows = parseJson(asText(this.#sql.pairs.get(JSON.stringify(ids))?.["rows"]));
    if (!Array.isArray(rows)) throw new DamagedIndexError("Cannot read pairs: they are no list");
    for (const row of rows) {
      const [id, path, content, crc]: unknown[] = Array.isArray(row) ? row : [];
      if (
        typeof id !== "number" || typeof path !== "string" || typeof content !== "string" ||
        typeof crc !== "number"
      ) {
        throw new DamagedIndexError("Cannot read pairs: one is malformed");
      }
      this.#pairs.set(id, checked({ id, value: [path, content], crc }));
    }
  }

  #knownPair(id: number): Pair {
    const pair = this.#pairs.get(id);
    if (pair === undefined) throw new DamagedIndexError(`Cannot read pair ${id}: there is none`);
    return pair;
  }

  #boundMemory(): void {
    if (this.#pairs.size <= KNOWN_PAIRS_LIMIT) return;
    this.#paths.clear();
    this.#pairs.clear();
  }
}

interface Statements {
  readonly pathId: StatementSync;
  readonly pathText: StatementSync;
  readonly addPath: StatementSync;
  readonly pairs: StatementSync;
  readonly pairsOfPath: StatementSync;
  readonly addPair: StatementSync;
  readonly set: StatementSync;
  readonly setsByCrc: StatementSync;
  readonly addSet: StatementSync;
}

function prepare(db: DatabaseSync): Statements {
  return {
    pathId: db.prepare("select id from paths where text = ?"),
    pathText: db.prepare("select text from paths where id = ?"),
    addPath: db.prepare("insert into paths (text) values (?)"),
    pairs: db.prepare(
      `select json_group_array(json_array(pairs.id, text, content, crc)) as rows
      from pairs join paths on paths.id = pairs.path where pairs.id in (select value from json_each(?))`,
    ),
    pairsOfPath: db.prepare("select id, content, crc from pairs where path = ?"),
    addPair: db.prepare("insert into pairs (path, content, crc) values (?, ?, ?)"),
    set: db.prepare("select pairs from sets where id = ?"),
    setsByCrc: db.prepare("select id, pairs from sets where crc = ?"),
    addSet: db.prepare("insert into sets (crc, pairs) values (?, ?)"),
  };
}

function checkPair(path: string, content: string): number {
  return crc32(content, crc32(path));
}

function checked(pair: Pair): Pair {
  if (checkPair(pair.value[0], pair.value[1]) === pair.crc) return pair;
  throw new DamagedIndexError(`Cannot read pair ${pair.id}: its checksum differs`);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
