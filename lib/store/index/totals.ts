import type { DatabaseSync, StatementSync } from "node:sqlite";
import { asNumber } from "./_columns.ts";

/** How much there is, so that nobody has to count. */
export interface Totals {
  results: number;
  resultBytes: number;
  blobs: number;
  blobBytes: number;
}

/** The one row of `totals`: kept in memory, written with the transaction that changed it. */
export class TotalsRow {
  readonly #write: StatementSync;
  readonly #read: StatementSync;
  #now: Totals;

  constructor(db: DatabaseSync) {
    this.#read = db.prepare("select * from totals where id = 1");
    this.#write = db.prepare(
      "update totals set results = ?, result_bytes = ?, blobs = ?, blob_bytes = ? where id = 1",
    );
    this.#now = this.#load();
  }

  get now(): Readonly<Totals> {
    return this.#now;
  }

  /** One result more (`sign` 1) or less (-1). */
  countResult(sign: 1 | -1, bytes: number): void {
    this.#now.results += sign;
    this.#now.resultBytes += sign * bytes;
  }

  /** One blob more (`sign` 1) or less (-1). */
  countBlob(sign: 1 | -1, bytes: number): void {
    this.#now.blobs += sign;
    this.#now.blobBytes += sign * bytes;
  }

  /** Writes the row; part of the transaction. */
  write(): void {
    const { results, resultBytes, blobs, blobBytes } = this.#now;
    this.#write.run(results, resultBytes, blobs, blobBytes);
  }

  /** Takes the row's word again, after a rollback. */
  forget(): void {
    this.#now = this.#load();
  }

  #load(): Totals {
    const row = this.#read.get();
    return {
      results: asNumber(row?.["results"]),
      resultBytes: asNumber(row?.["result_bytes"]),
      blobs: asNumber(row?.["blobs"]),
      blobBytes: asNumber(row?.["blob_bytes"]),
    };
  }
}
