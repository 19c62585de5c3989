import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { Digest } from "../core/mod.ts";
import { asBytes, asNumber, asText, DamagedIndexError, parseJson } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";
import type { InternedSet, Interner, PathAndContent } from "./interner.ts";
import { LruMap } from "./lru_map.ts";
import { MAX_ENTRIES_PER_CONTEXT, type StoredEntry } from "./store.ts";

interface KeptEntry {
  readonly id: number;
  readonly value: StoredEntry;
  readonly set: number;
  used: number;
}

/** References to pairs in the contexts kept in memory: 8 bytes each at most, less where sets are shared. */
const CONTEXT_REFERENCES_LIMIT = 1_000_000;
/** How old a recorded use may be before it is written again. */
const USE_GRAIN_MS = 60_000;

type EntryStatements = {
  readonly [K in "ofContext" | "add" | "use" | "remove" | "oldest" | "contexts" | "count"]: StatementSync;
};

/** The entries of contexts, most recently used first. The only writer of the rows of `entries`. */
export class EntryTable {
  readonly #interner: Interner;
  readonly #sql: EntryStatements;
  readonly #contexts = new LruMap<Digest, KeptEntry[]>({
    limit: CONTEXT_REFERENCES_LIMIT,
    weigh: (list) => list.reduce((sum, entry) => sum + entry.value.found.length + 32, 64),
  });
  readonly #uses = new Map<number, number>();

  constructor(db: DatabaseSync, interner: Interner) {
    this.#interner = interner;
    this.#sql = {
      ofContext: db.prepare("select * from entries where context = ? order by used desc, id desc"),
      add: db.prepare(
        "insert into entries (context, result, own, found, passed_over, used, crc) values (?, ?, ?, ?, ?, ?, ?)",
      ),
      use: db.prepare("update entries set used = ? where id = ?"),
      remove: db.prepare("delete from entries where id = ?"),
      oldest: db.prepare("select id from entries where used < ? limit ?"),
      contexts: db.prepare("select count(distinct context) as n from entries"),
      count: db.prepare("select count(*) as n from entries"),
    };
  }

  /** The entries of a context. */
  read(context: Digest): readonly StoredEntry[] {
    return this.#list(context).map((entry) => entry.value);
  }

  /** Adds an entry in front, or renews the one with the same inputs. */
  add(context: Digest, entry: StoredEntry, now: number): void {
    const list = this.#list(context);
    const set = this.#interner.internSet(entry.found);
    const same = list.find((kept) => kept.set === set.id && sameBesidesFound(kept.value, entry));
    if (same !== undefined) this.#sql.remove.run(same.id);
    const fresh = this.#insert(context, { entry, set, now: Math.max(now, (list[0]?.used ?? 0) + 1) });
    const others = list.filter((kept) => kept !== same);
    for (const left of others.splice(MAX_ENTRIES_PER_CONTEXT - 1)) this.#sql.remove.run(left.id);
    this.#contexts.set(context, [fresh, ...others]);
  }

  /** Moves an entry to the front; the row follows with the next `writeUses`. Returns whether there is something to write. */
  touch(context: Digest, entry: StoredEntry, now: number): boolean {
    const list = this.#list(context);
    const kept = list.find(({ value }) => value === entry) ??
      list.find(({ value }) => value.result === entry.result && sameBesidesFound(value, entry));
    if (kept === undefined) return false;
    if (list[0] === kept && Math.abs(now - kept.used) < USE_GRAIN_MS) return false;
    // Above the one it passes, even within the same millisecond.
    kept.used = list[0] === kept ? now : Math.max(now, (list[0]?.used ?? 0) + 1);
    this.#uses.set(kept.id, kept.used);
    this.#contexts.set(context, [kept, ...list.filter((other) => other !== kept)]);
    return true;
  }

  /** Writes the uses noted since the last time. */
  writeUses(): void {
    for (const [id, used] of this.#uses) this.#sql.use.run(used, id);
    this.#uses.clear();
  }

  /** Removes entries not used since `before` (ms), at most `limit`; returns how many. */
  removeOlder(before: number, limit: number): number {
    const ids = this.#sql.oldest.all(Math.floor(before), limit).map((row) => asNumber(row["id"]));
    for (const id of ids) this.#sql.remove.run(id);
    if (ids.length > 0) this.#contexts.clear();
    return ids.length;
  }

  /** How many contexts have entries. */
  countContexts(): number {
    return asNumber(this.#sql.contexts.get()?.["n"]);
  }

  count(): number {
    return asNumber(this.#sql.count.get()?.["n"]);
  }

  /** Drops what is in memory: after a rollback, or when rows were removed. */
  forget(): void {
    this.#contexts.clear();
    this.#uses.clear();
  }

  #list(context: Digest): KeptEntry[] {
    const known = this.#contexts.get(context);
    if (known !== undefined) return known;
    const list = this.#sql.ofContext.all(digestToBytes(context)).map((row): KeptEntry => {
      const set = this.#interner.readSet(asNumber(row["found"]));
      const value: StoredEntry = {
        own: parsePairs(asText(row["own"])),
        found: set.pairs,
        passedOver: this.#interner.readPaths(asBytes(row["passed_over"])),
        result: digestFromBytes(asBytes(row["result"])),
      };
      if (checkEntry(context, value, set) !== asNumber(row["crc"])) {
        throw new DamagedIndexError("Cannot read an entry: its checksum differs");
      }
      return { id: asNumber(row["id"]), value, set: set.id, used: asNumber(row["used"]) };
    });
    this.#contexts.set(context, list);
    return list;
  }

  #insert(context: Digest, { entry, set, now }: Addition): KeptEntry {
    const passedOver = this.#interner.internPaths(entry.passedOver);
    const value: StoredEntry = {
      own: entry.own.map(([path, content]) => [path, content]),
      found: set.pairs,
      passedOver: this.#interner.readPaths(passedOver),
      result: entry.result,
    };
    const { lastInsertRowid } = this.#sql.add.run(
      digestToBytes(context),
      digestToBytes(entry.result),
      JSON.stringify(entry.own),
      set.id,
      passedOver,
      now,
      checkEntry(context, value, set),
    );
    return { id: Number(lastInsertRowid), value, set: set.id, used: now };
  }
}

interface Addition {
  readonly entry: StoredEntry;
  readonly set: InternedSet;
  readonly now: number;
}

function checkEntry(context: Digest, entry: StoredEntry, set: InternedSet): number {
  const text = JSON.stringify([context, entry.result, entry.own, entry.passedOver]);
  return crc32(text, set.crc);
}

function sameBesidesFound(a: StoredEntry, b: StoredEntry): boolean {
  return samePairs(a.own, b.own) && sameTexts(a.passedOver, b.passedOver);
}

function samePairs(a: readonly PathAndContent[], b: readonly PathAndContent[]): boolean {
  return a.length === b.length &&
    a.every(([path, content], at) => b[at]?.[0] === path && b[at]?.[1] === content);
}

/** Whether two lists name the same things, in whatever order. */
function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  const names = new Set(b);
  return a.length === names.size && a.every((text) => names.has(text));
}

function parsePairs(text: string): PathAndContent[] {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new DamagedIndexError("Cannot read an entry: its files are no list");
  return list.map((pair: unknown): PathAndContent => {
    if (Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "string") {
      return [pair[0], pair[1]];
    }
    throw new DamagedIndexError("Cannot read an entry: a file is no pair of texts");
  });
}
