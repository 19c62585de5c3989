import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { type Digest, LruMap } from "../../core/mod.ts";
import { asBytes, asNumber, DamagedIndexError } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";
import type { InternedSet, Interner } from "./interner.ts";
import { MAX_ENTRIES_PER_CONTEXT, type NewEntry, type StoredEntry } from "../store.ts";

/** Memory for contexts that were asked for lately, in bytes. */
const CONTEXTS_BYTES = 4 * 1024 * 1024;
/** How old a recorded use may be before it is written again. */
const USE_GRAIN_MS = 60_000;

type EntryStatements = {
  readonly [K in "ofContext" | "add" | "use" | "remove" | "oldest" | "contexts" | "count"]: StatementSync;
};

/** The entries of contexts, most recently used first. The only writer of the rows of `entries`. */
export class EntryTable {
  readonly #interner: Interner;
  readonly #sql: EntryStatements;
  readonly #contexts = new LruMap<Digest, readonly EntryRow[]>({
    limit: CONTEXTS_BYTES,
    weigh: (list) => list.reduce((sum, entry) => sum + entry.weight, 300),
  });
  readonly #uses = new Map<number, number>();

  constructor(db: DatabaseSync, interner: Interner) {
    this.#interner = interner;
    this.#sql = {
      ofContext: db.prepare("select * from entries where context = ? order by used desc, id desc"),
      add: db.prepare(
        "insert into entries (context, result, found, passed_over, used, crc) values (?, ?, ?, ?, ?, ?)",
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
    return this.#list(context);
  }

  /** Adds an entry in front, or renews the one with the same inputs; gives it as it is kept. */
  add(context: Digest, entry: NewEntry, now: number): StoredEntry {
    const list = this.#list(context);
    const set = this.#interner.internSet(entry.found);
    const same = list.find((kept) =>
      kept.found.id === set.id && sameTexts(kept.passedOver, entry.passedOver)
    );
    if (same !== undefined) this.#sql.remove.run(same.id);
    const fresh = this.#insert(context, { entry, set, now: Math.max(now, (list[0]?.used ?? 0) + 1) });
    const others = list.filter((kept) => kept !== same);
    for (const left of others.splice(MAX_ENTRIES_PER_CONTEXT - 1)) this.#sql.remove.run(left.id);
    this.#contexts.set(context, [fresh, ...others]);
    return fresh;
  }

  /** Moves an entry to the front; the row follows with the next `writeUses`. Returns whether there is something to write. */
  touch(context: Digest, entry: StoredEntry, now: number): boolean {
    if (!(entry instanceof EntryRow)) return false;
    const list = this.#contexts.peek(context);
    const isFirst = list === undefined || list[0]?.id === entry.id;
    if (isFirst && Math.abs(now - entry.used) < USE_GRAIN_MS) return false;
    // Above the one it passes, even within the same millisecond.
    entry.used = isFirst ? now : Math.max(now, (list[0]?.used ?? 0) + 1);
    this.#uses.set(entry.id, entry.used);
    const others = list?.filter((other) => other.id !== entry.id) ?? [];
    // an entry of another context is used as well, but not this context's for that
    if (list !== undefined && others.length < list.length) this.#contexts.set(context, [entry, ...others]);
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

  #list(context: Digest): readonly EntryRow[] {
    const known = this.#contexts.get(context);
    if (known !== undefined) return known;
    const rows = this.#sql.ofContext.all(digestToBytes(context));
    const list = rows.map((row) => {
      const set = this.#interner.readSet(asNumber(row["found"]));
      const passedOver = this.#interner.readPaths(asBytes(row["passed_over"]));
      const result = digestFromBytes(asBytes(row["result"]));
      if (checkEntry(context, { result, passedOver }, set) !== asNumber(row["crc"])) {
        throw new DamagedIndexError("Cannot read an entry: its checksum differs");
      }
      const id = asNumber(row["id"]);
      // a use that isn't written yet counts
      const used = this.#uses.get(id) ?? asNumber(row["used"]);
      return new EntryRow({ id, found: set, passedOver, result, used });
    });
    if (this.#uses.size > 0) list.sort((a, b) => b.used - a.used || b.id - a.id);
    this.#contexts.set(context, list);
    return list;
  }

  #insert(context: Digest, { entry, set, now }: Addition): EntryRow {
    const { result } = entry;
    const bytes = this.#interner.internPaths(entry.passedOver);
    const passedOver = this.#interner.readPaths(bytes);
    const { lastInsertRowid } = this.#sql.add.run(
      digestToBytes(context),
      digestToBytes(result),
      set.id,
      bytes,
      now,
      checkEntry(context, { result, passedOver }, set),
    );
    return new EntryRow({ id: Number(lastInsertRowid), found: set, passedOver, result, used: now });
  }
}

interface Addition {
  readonly entry: NewEntry;
  readonly set: InternedSet;
  readonly now: number;
}

/** An entry and its row. */
class EntryRow implements StoredEntry {
  readonly id: number;
  readonly found: InternedSet;
  readonly passedOver: readonly string[];
  readonly result: Digest;
  used: number;

  constructor(
    parts: Pick<StoredEntry, "passedOver" | "result"> & { id: number; found: InternedSet; used: number },
  ) {
    this.id = parts.id;
    this.found = parts.found;
    this.passedOver = parts.passedOver;
    this.result = parts.result;
    this.used = parts.used;
  }

  /** About how much memory it takes, in bytes; lists of paths are mostly shared. */
  get weight(): number {
    return this.found.weight + 200;
  }
}

function checkEntry(
  context: Digest,
  { result, passedOver }: Pick<StoredEntry, "passedOver" | "result">,
  set: InternedSet,
): number {
  return crc32(JSON.stringify([context, result, passedOver]), set.crc);
}

/** Whether two lists name the same things, in whatever order. */
function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  const names = new Set(b);
  return a.length === names.size && a.every((text) => names.has(text));
}
