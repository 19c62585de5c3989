import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { type Digest, isDigest } from "../../core/mod.ts";
import { asBytes, asNumber, asText, DamagedIndexError, parseJson } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";
import type { StoredFile, StoredResult } from "../store.ts";
import type { TotalsRow } from "./totals.ts";

/** A result as the index has it. */
export interface ResultRow {
  readonly id: number;
  readonly digest: Digest;
  readonly result: StoredResult;
  readonly used: number;
  /** Bytes of streams and small outputs. */
  readonly bytes: number;
}

type ResultStatements = {
  readonly [K in "find" | "byId" | "add" | "remove" | "use" | "oldest" | "future"]: StatementSync;
};

/** The rows of `results`, written here and nowhere else. */
export class ResultTable {
  readonly #sql: ResultStatements;
  readonly #totals: TotalsRow;
  readonly #uses = new Map<number, number>();

  constructor(db: DatabaseSync, totals: TotalsRow) {
    this.#totals = totals;
    this.#sql = {
      find: db.prepare("select * from results where digest = ?"),
      byId: db.prepare("select * from results where id = ?"),
      add: db.prepare(
        "insert into results (digest, exit, tool_ms, stdout, stderr, files, inline, used, bytes, crc) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ),
      remove: db.prepare("delete from results where id = ?"),
      use: db.prepare("update results set used = ? where id = ?"),
      future: db.prepare("update results set used = ?1 where used > ?1"),
      oldest: db.prepare("select id from results where used < ? order by used limit ?"),
    };
  }

  find(digest: Digest): ResultRow | undefined {
    const row = this.#sql.find.get(digestToBytes(digest));
    return row === undefined ? undefined : toResultRow(row);
  }

  byId(id: number): ResultRow | undefined {
    const row = this.#sql.byId.get(id);
    return row === undefined ? undefined : toResultRow(row);
  }

  /** Adds a result under a digest that has none; returns its row's id. */
  add(digest: Digest, result: StoredResult, now: number): number {
    const parts: Parts = {
      exit: result.exit,
      toolMs: result.toolMs,
      stdout: result.stdout,
      stderr: result.stderr,
      files: JSON.stringify(
        result.files.map(({ role, mode, size, blob }) =>
          blob === undefined ? [role, mode, size] : [role, mode, size, blob]
        ),
      ),
      inline: concat(result.files.flatMap(({ inline }) => inline === undefined ? [] : [inline])),
    };
    const bytes = parts.stdout.length + parts.stderr.length + parts.inline.length;
    const { lastInsertRowid } = this.#sql.add.run(
      digestToBytes(digest),
      parts.exit,
      parts.toolMs,
      parts.stdout,
      parts.stderr,
      parts.files,
      parts.inline,
      now,
      bytes,
      check(digest, parts),
    );
    this.#totals.countResult(1, bytes);
    return Number(lastInsertRowid);
  }

  remove(row: ResultRow): void {
    this.#uses.delete(row.id);
    if (this.#sql.remove.run(row.id).changes !== 0) this.#totals.countResult(-1, row.bytes);
  }

  /** Notes a use; the row follows with the next `writeUses`. */
  noteUse(id: number, now: number): void {
    this.#uses.set(id, now);
  }

  /** Writes the uses noted since the last time. */
  writeUses(): void {
    for (const [id, used] of this.#uses) this.#sql.use.run(used, id);
    this.#uses.clear();
  }

  /** Rows not used since `before` (ms), least recently used first. */
  oldest(before: number, limit: number): number[] {
    return this.#sql.oldest.all(Math.floor(before), limit).map((row) => asNumber(row["id"]));
  }

  /** Takes back uses in the future, which a clock that was wrong has left: they would never be the oldest. */
  correctUses(now: number): void {
    this.#sql.future.run(Math.floor(now));
  }

  /** Drops what is in memory, after a rollback. */
  forget(): void {
    this.#uses.clear();
  }
}

interface Parts {
  readonly exit: number;
  readonly toolMs: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly files: string;
  readonly inline: Uint8Array;
}

function check(digest: Digest, parts: Parts): number {
  const { exit, toolMs, stdout, stderr, files, inline } = parts;
  const head = JSON.stringify([digest, exit, toolMs, stdout.length, stderr.length, files]);
  return crc32(inline, crc32(stderr, crc32(stdout, crc32(head))));
}

function toResultRow(row: Record<string, SQLOutputValue>): ResultRow {
  const digest = digestFromBytes(asBytes(row["digest"]));
  const parts: Parts = {
    exit: asNumber(row["exit"]),
    toolMs: asNumber(row["tool_ms"]),
    stdout: compact(asBytes(row["stdout"])),
    stderr: compact(asBytes(row["stderr"])),
    files: asText(row["files"]),
    inline: compact(asBytes(row["inline"])),
  };
  if (check(digest, parts) !== asNumber(row["crc"])) {
    throw new DamagedIndexError("Cannot read a result: its checksum differs");
  }
  const { exit, toolMs, stdout, stderr } = parts;
  return {
    id: asNumber(row["id"]),
    digest,
    result: { exit, toolMs, stdout, stderr, files: parseFiles(parts) },
    used: asNumber(row["used"]),
    bytes: asNumber(row["bytes"]),
  };
}

const NO_BYTES = new Uint8Array(0);

/** Most streams are empty, and an empty array of bytes takes two hundred. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? NO_BYTES : bytes;
}

function parseFiles(parts: Parts): StoredFile[] {
  const list = parseJson(parts.files);
  if (!Array.isArray(list)) throw new DamagedIndexError("Cannot read a result: its files are no list");
  let at = 0;
  return list.map((file: unknown): StoredFile => {
    if (!Array.isArray(file)) throw new DamagedIndexError("Cannot read a result: a file is no list");
    const [role, mode, size, blob]: unknown[] = file;
    if (typeof role !== "string" || typeof mode !== "number" || typeof size !== "number") {
      throw new DamagedIndexError("Cannot read a result: a file has no role, mode or size");
    }
    if (typeof blob === "string" && isDigest(blob)) return { role, mode, size, blob };
    at += size;
    return { role, mode, size, inline: parts.inline.subarray(at - size, at) };
  });
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
