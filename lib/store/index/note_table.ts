import type { DatabaseSync, StatementSync } from "node:sqlite";
import { asText } from "./_columns.ts";

/** The rows of `notes`: small values by name. */
export class NoteTable {
  readonly #find: StatementSync;
  readonly #set: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("select value from notes where name = ?");
    this.#set = db.prepare("insert or replace into notes values (?, ?)");
  }

  get(name: string): string | undefined {
    const row = this.#find.get(name);
    return row === undefined ? undefined : asText(row["value"]);
  }

  set(name: string, value: string): void {
    this.#set.run(name, value);
  }
}
