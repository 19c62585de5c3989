import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { LruMap } from "../../core/mod.ts";
import { asBytes, asNumber, asText, DamagedIndexError, parseJson } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";
import { MAX_CALLS_PER_SOURCE, type StoredCall } from "../store.ts";

type Fact = readonly [label: string, value: string];

/** Lists of shared facts whose row numbers are kept in memory. */
const KNOWN_LISTS_LIMIT = 256;

type CallStatements = {
  readonly [
    K in
      | "sources"
      | "ofSource"
      | "add"
      | "renew"
      | "find"
      | "prune"
      | "findFacts"
      | "addFacts"
      | "removeOld"
      | "removeFacts"
  ]: StatementSync;
};

/**
 * The rows of `calls` and `facts`: what the last compiles of a source were made of. Most facts of a project's commands are
 * the same for all its sources, so they are kept once; what names the source stands in the call's own row.
 */
export class CallTable {
  readonly #sql: CallStatements;
  readonly #known = new LruMap<string, number>({ limit: KNOWN_LISTS_LIMIT, weigh: () => 1 });

  constructor(db: DatabaseSync) {
    this.#sql = {
      sources: db.prepare(
        "select distinct source from calls where shared in (select id from facts where instr(text, ?) > 0) order by source",
      ),
      ofSource: db.prepare(
        "select calls.*, text from calls join facts on facts.id = shared where source = ? order by used desc, calls.id desc",
      ),
      add: db.prepare("insert or replace into calls values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      find: db.prepare(
        "select shared, rest, text from calls join facts on facts.id = shared where source = ? and base = ?",
      ),
      renew: db.prepare(
        "update calls set context = ?, own = ?, used = ?, crc = ? where source = ? and base = ?",
      ),
      prune: db.prepare(
        "delete from calls where id in (select id from calls where source = ? order by used desc, id desc limit -1 offset ?)",
      ),
      findFacts: db.prepare("select id from facts where text = ?"),
      addFacts: db.prepare("insert into facts (text) values (?)"),
      removeOld: db.prepare("delete from calls where used < ?"),
      removeFacts: db.prepare("delete from facts where id not in (select shared from calls)"),
    };
  }

  /** The sources of calls with this fact among those they share, sorted. */
  sources(fact: Fact): string[] {
    return this.#sql.sources.all(JSON.stringify(fact)).map((row) => asText(row["source"]));
  }

  /** The calls of a source, the latest first. */
  read(source: string): StoredCall[] {
    return this.#sql.ofSource.all(source).map((row) => {
      const [shared, rest] = [asText(row["text"]), asText(row["rest"])];
      const call: StoredCall = {
        base: digestFromBytes(asBytes(row["base"])),
        context: digestFromBytes(asBytes(row["context"])),
        toolchain: digestFromBytes(asBytes(row["toolchain"])),
        own: parsePairs(asText(row["own"])),
        facts: joinFacts(shared, rest),
        atMs: asNumber(row["used"]),
      };
      if (check(source, call, shared + rest) !== asNumber(row["crc"])) {
        throw new DamagedIndexError("Cannot read a call: its checksum differs");
      }
      return call;
    });
  }

  /** Notes a call as its source's latest; without facts, one whose facts are known is renewed. */
  note(source: string, call: StoredCall): void {
    if (call.facts === undefined) return this.#renew(source, call);
    const { shared, rest } = splitFacts(source, call.facts);
    this.#sql.add.run(
      source,
      digestToBytes(call.base),
      digestToBytes(call.context),
      digestToBytes(call.toolchain),
      JSON.stringify(call.own),
      this.#internFacts(shared),
      rest,
      Math.floor(call.atMs),
      check(source, call, shared + rest),
    );
    this.#sql.prune.run(source, MAX_CALLS_PER_SOURCE);
  }

  /** Removes calls noted before a moment (ms), and the facts that nothing uses then. */
  removeOlder(beforeMs: number): void {
    this.#sql.removeOld.run(Math.floor(beforeMs));
    if (Number(this.#sql.removeFacts.run().changes) > 0) this.forget();
  }

  /** Drops what is in memory: after a rollback, or when rows were removed. */
  forget(): void {
    this.#known.clear();
  }

  #renew(source: string, call: StoredCall): void {
    const base = digestToBytes(call.base);
    const row = this.#sql.find.get(source, base);
    if (row === undefined) return;
    const crc = check(source, call, asText(row["text"]) + asText(row["rest"]));
    const own = JSON.stringify(call.own);
    this.#sql.renew.run(digestToBytes(call.context), own, Math.floor(call.atMs), crc, source, base);
  }

  #internFacts(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const row = this.#sql.findFacts.get(text);
    const id = row === undefined ? Number(this.#sql.addFacts.run(text).lastInsertRowid) : asNumber(row["id"]);
    this.#known.set(text, id);
    return id;
  }
}

/** Facts in two texts: those that don't name the source, and the others with their places in the list. */
function splitFacts(source: string, facts: readonly Fact[]): { shared: string; rest: string } {
  const name = source.slice(source.lastIndexOf("/") + 1);
  const stem = name.slice(0, name.lastIndexOf(".") + 1) || name;
  const shared: Fact[] = [];
  const rest: [place: number, ...Fact][] = [];
  for (const [place, [label, value]] of facts.entries()) {
    if (value.includes(stem)) rest.push([place, label, value]);
    else shared.push([label, value]);
  }
  return { shared: JSON.stringify(shared), rest: JSON.stringify(rest) };
}

function joinFacts(shared: string, rest: string): Fact[] {
  const facts = parsePairs(shared);
  const others = parseJson(rest);
  if (!Array.isArray(others)) throw new DamagedIndexError("Cannot read a call: its facts are no list");
  for (const other of others) {
    const [place, label, value]: unknown[] = Array.isArray(other) ? other : [];
    if (typeof place !== "number" || typeof label !== "string" || typeof value !== "string") {
      throw new DamagedIndexError("Cannot read a call: a fact is malformed");
    }
    facts.splice(place, 0, [label, value]);
  }
  return facts;
}

function parsePairs(text: string): [string, string][] {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new DamagedIndexError("Cannot read a call: pairs are no list");
  return list.map((pair: unknown): [string, string] => {
    if (Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "string") {
      return [pair[0], pair[1]];
    }
    throw new DamagedIndexError("Cannot read a call: a pair is no pair of texts");
  });
}

function check(source: string, call: StoredCall, facts: string): number {
  const { base, context, toolchain, own, atMs } = call;
  return crc32(JSON.stringify([source, base, context, toolchain, own, Math.floor(atMs), facts]));
}
