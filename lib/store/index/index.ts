import { DatabaseSync } from "node:sqlite";
import { asNumber, DamagedIndexError } from "./_columns.ts";
import { BlobTable } from "./blob_table.ts";
import { CallTable } from "./call_table.ts";
import { DigestTable } from "./digest_table.ts";
import { EntryTable } from "./entry_table.ts";
import { Interner } from "./interner.ts";
import { NoteTable } from "./note_table.ts";
import { References } from "../upkeep/references.ts";
import { ResultTable } from "./result_table.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import { TotalsRow } from "./totals.ts";

/**
 * WAL: a commit appends and waits for nothing. `synchronous = normal`: the file is consistent after a loss of power, only
 * the last commits may be missing (with `off` it could be damaged in ways that show as wrong rows). Exclusive: one
 * daemon a root, no shared-memory file. The log is written back by `checkpoint` while the daemon is idle; 64 MiB is
 * the length at which a commit does it.
 */
const PRAGMAS = `
pragma busy_timeout = 0;
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma synchronous = normal;
pragma wal_autocheckpoint = 16384;
pragma cache_size = -8000;
pragma temp_store = memory;
`;

/** The index: rows, sizes and recency; no files. One transaction is open from the first write to `commit`. */
export class Index implements Disposable {
  readonly totals: TotalsRow;
  readonly interner: Interner;
  readonly entries: EntryTable;
  readonly calls: CallTable;
  readonly results: ResultTable;
  readonly blobs: BlobTable;
  readonly digests: DigestTable;
  readonly notes: NoteTable;
  readonly references: References;
  readonly #db: DatabaseSync;
  #writing = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.totals = new TotalsRow(db);
    this.interner = new Interner(db);
    this.entries = new EntryTable(db, this.interner);
    this.calls = new CallTable(db);
    this.results = new ResultTable(db, this.totals);
    this.blobs = new BlobTable(db, this.totals);
    this.digests = new DigestTable(db);
    this.notes = new NoteTable(db);
    this.references = new References(db, this.interner);
  }

  /** Opens the transaction that takes the writes from now on, if none is open. */
  begin(): void {
    if (this.#writing) return;
    this.#db.exec("begin immediate");
    this.#writing = true;
  }

  /** Makes what was written permanent, together with the uses noted since. */
  commit(): void {
    this.begin();
    this.entries.writeUses();
    this.results.writeUses();
    this.totals.write();
    this.#db.exec("commit");
    this.#writing = false;
  }

  /** Takes back what was written since the last commit. */
  rollback(): void {
    if (this.#writing) this.#db.exec("rollback");
    this.#writing = false;
    this.forget();
    this.totals.forget();
  }

  /** Drops what is kept in memory of the rows. */
  forget(): void {
    this.entries.forget();
    this.calls.forget();
    this.results.forget();
    this.interner.forget();
  }

  /** Writes the log back into the database file, as far as it can. */
  checkpoint(): void {
    if (!this.#writing) this.#db.exec("pragma wal_checkpoint(passive)");
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

/** Opens the index in a file, which is made if there is none. Throws what `faultOf` understands. */
export function openIndex(path: string): Index {
  // Nobody else may read what was compiled; the log beside it takes the same rights.
  Deno.openSync(path, { create: true, append: true, mode: 0o600 }).close();
  const db = new DatabaseSync(path);
  try {
    db.exec(PRAGMAS);
    const version = asNumber(db.prepare("pragma user_version").get()?.["user_version"]);
    if (version === 0) create(db);
    else if (version !== SCHEMA_VERSION) {
      throw new OtherSchemaError(`Cannot open the index: schema is ${version}, expected ${SCHEMA_VERSION}`);
    }
    return new Index(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function create(db: DatabaseSync): void {
  const tables = asNumber(db.prepare("select count(*) as n from sqlite_schema").get()?.["n"]);
  if (tables !== 0) throw new DamagedIndexError("Cannot open the index: its tables have no version");
  db.exec(`begin immediate; ${SCHEMA} commit;`);
}

/** The index is another version's. */
class OtherSchemaError extends Error {
  override name = "OtherSchemaError";
}

/**
 * What an error of the index means: `damaged` = this file can't be trusted, `foreign` = it is another version's,
 * `refused` = it can't be used now (full disk, no rights, held by another process), undefined = not an error of the index.
 */
export function faultOf(error: unknown): "damaged" | "foreign" | "refused" | undefined {
  if (error instanceof DamagedIndexError) return "damaged";
  if (error instanceof OtherSchemaError) return "foreign";
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") return undefined;
  return DAMAGE.test(error.message) ? "damaged" : "refused";
}

/** SQLite's own words; its numbers don't reach us through this runtime. */
const DAMAGE = /malformed|not a database|no such (table|column)|constraint failed|datatype mismatch/i;
