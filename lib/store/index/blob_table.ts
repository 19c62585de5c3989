import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Digest } from "../../core/mod.ts";
import { asBytes, asNumber } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";
import type { FileIdentity } from "../blobs/file_identity.ts";
import type { TotalsRow } from "./totals.ts";

/** What the index knows of a blob. */
export interface BlobRow {
  readonly id: number;
  readonly digest: Digest;
  /** Bytes when it was filed; never changes. */
  readonly size: number;
  /** The identity under which the content was last known to be right. */
  identity: FileIdentity;
  /** The machine's start in which it was written, or `PROVEN` or `SUSPECT`. */
  boot: number;
}

type BlobStatements = {
  readonly [K in "find" | "add" | "renew" | "remove" | "link" | "unlink" | "linked" | "users" | "unused"]:
    StatementSync;
};

/** The rows of `blobs` and `refs`, written here and nowhere else; no files. */
export class BlobTable {
  readonly #sql: BlobStatements;
  readonly #totals: TotalsRow;

  constructor(db: DatabaseSync, totals: TotalsRow) {
    this.#totals = totals;
    this.#sql = {
      find: db.prepare("select * from blobs where digest = ?"),
      add: db.prepare(
        "insert into blobs (digest, size, mtime_s, mtime_ns, ctime_s, ctime_ns, boot) values (?, ?, ?, ?, ?, ?, ?)",
      ),
      renew: db.prepare(
        "update blobs set mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?, boot = ? where id = ?",
      ),
      remove: db.prepare("delete from blobs where id = ?"),
      link: db.prepare("insert or ignore into refs (blob, result) values (?, ?)"),
      unlink: db.prepare("delete from refs where blob = ? and result = ?"),
      linked: db.prepare("select 1 as n from refs where blob = ? limit 1"),
      users: db.prepare("select result from refs where blob = ?"),
      unused: db.prepare(
        "select * from blobs where not exists (select 1 from refs where refs.blob = blobs.id) limit ?",
      ),
    };
  }

  find(digest: Digest): BlobRow | undefined {
    const row = this.#sql.find.get(digestToBytes(digest));
    return row === undefined ? undefined : toBlobRow(row);
  }

  /** Adds a row, or renews the one there is. */
  add(digest: Digest, identity: FileIdentity, boot: number): BlobRow {
    const known = this.find(digest);
    if (known !== undefined) {
      this.renew(known, identity, boot);
      return known;
    }
    const { size, mtimeS, mtimeNs, ctimeS, ctimeNs } = identity;
    const { lastInsertRowid } = this.#sql.add.run(
      digestToBytes(digest),
      size,
      mtimeS,
      mtimeNs,
      ctimeS,
      ctimeNs,
      boot,
    );
    this.#totals.countBlob(1, size);
    return { id: Number(lastInsertRowid), digest, size, identity, boot };
  }

  /** Notes the identity under which the content was just found right. */
  renew(blob: BlobRow, identity: FileIdentity, boot: number): void {
    blob.identity = identity;
    blob.boot = boot;
    this.#sql.renew.run(identity.mtimeS, identity.mtimeNs, identity.ctimeS, identity.ctimeNs, boot, blob.id);
  }

  /** Removes the row of a blob whose file is gone. */
  remove(blob: BlobRow): void {
    if (this.#sql.remove.run(blob.id).changes !== 0) this.#totals.countBlob(-1, blob.size);
  }

  /** Notes that a result needs a blob. */
  link(blob: BlobRow, result: number): void {
    this.#sql.link.run(blob.id, result);
  }

  /** Takes that back; returns whether no result needs the blob any more. */
  unlink(blob: BlobRow, result: number): boolean {
    this.#sql.unlink.run(blob.id, result);
    return this.#sql.linked.get(blob.id) === undefined;
  }

  /** The results that need a blob, by row. */
  users(blob: BlobRow): number[] {
    return this.#sql.users.all(blob.id).map((row) => asNumber(row["result"]));
  }

  /** Blobs that no result needs: their files could not be deleted. */
  unused(limit: number): BlobRow[] {
    return this.#sql.unused.all(limit).map(toBlobRow);
  }
}

function toBlobRow(row: Record<string, SQLOutputValue>): BlobRow {
  const size = asNumber(row["size"]);
  return {
    id: asNumber(row["id"]),
    digest: digestFromBytes(asBytes(row["digest"])),
    size,
    identity: {
      size,
      mtimeS: asNumber(row["mtime_s"]),
      mtimeNs: asNumber(row["mtime_ns"]),
      ctimeS: asNumber(row["ctime_s"]),
      ctimeNs: asNumber(row["ctime_ns"]),
    },
    boot: asNumber(row["boot"]),
  };
}
