import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import {
  type ContentFacts,
  type Digest,
  FACT_FLAGS,
  factFlags,
  isDigest,
  type RememberedDigest,
} from "../../core/mod.ts";
import { asBigInt, asBytes, asText, DamagedIndexError, parseJson } from "./_columns.ts";
import { digestFromBytes, digestToBytes } from "./_digest_bytes.ts";

/** The rows of `digests`: what was at a path, and the identity under which it was hashed. */
export class DigestTable {
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #count: StatementSync;
  readonly #removeOld: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("select * from digests where path = ?");
    this.#find.setReadBigInts(true);
    this.#put = db.prepare("insert or replace into digests values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#count = db.prepare("select count(*) as n from digests");
    this.#removeOld = db.prepare("delete from digests where hashed < ?");
  }

  get(path: string): RememberedDigest | undefined {
    const row = this.#find.get(path);
    if (row === undefined) return undefined;
    const factsText = asText(row["facts"]);
    const entry: RememberedDigest = {
      digest: digestFromBytes(asBytes(row["digest"])),
      size: Number(asBigInt(row["size"])),
      mtimeNs: asBigInt(row["mtime"]),
      ctimeNs: asBigInt(row["ctime"]),
      ino: BigInt.asUintN(64, asBigInt(row["ino"])),
      dev: BigInt.asUintN(64, asBigInt(row["dev"])),
      hashedAtNs: asBigInt(row["hashed"]),
      facts: parseFacts(factsText),
    };
    if (BigInt(check(path, entry, factsText)) !== asBigInt(row["crc"])) {
      throw new DamagedIndexError("Cannot read a remembered digest: its checksum differs");
    }
    return entry;
  }

  put(path: string, entry: RememberedDigest): void {
    const facts = JSON.stringify(factsRow(entry.facts));
    this.#put.run(
      path,
      digestToBytes(entry.digest),
      entry.size,
      entry.mtimeNs,
      entry.ctimeNs,
      BigInt.asIntN(64, entry.ino),
      BigInt.asIntN(64, entry.dev),
      entry.hashedAtNs,
      facts,
      check(path, entry, facts),
    );
  }

  count(): number {
    return Number(this.#count.get()?.["n"] ?? 0);
  }

  /** Removes what was hashed before a moment (ms); returns how many. */
  removeOlder(beforeMs: number): number {
    return Number(this.#removeOld.run(BigInt(Math.floor(beforeMs)) * 1_000_000n).changes);
  }
}

function factsRow(facts: ContentFacts): unknown[] {
  return [factFlags(facts), facts.hasIncludeNames, facts.includes, facts.blanked];
}

function parseFacts(text: string): ContentFacts {
  const row = parseJson(text);
  const [flags, hasIncludeNames, includes, blanked]: unknown[] = Array.isArray(row) ? row : [];
  if (
    typeof flags !== "number" || !isTexts(hasIncludeNames) || !isTexts(includes) ||
    !isDigestText(blanked)
  ) {
    throw new DamagedIndexError("Cannot read the facts of a content: they are malformed");
  }
  const has = (name: (typeof FACT_FLAGS)[number]) => (flags >> FACT_FLAGS.indexOf(name) & 1) === 1;
  return {
    usesDate: has("usesDate"),
    usesTime: has("usesTime"),
    usesTimestamp: has("usesTimestamp"),
    comparesTimes: has("comparesTimes"),
    assemblerInclude: has("assemblerInclude"),
    hasIncludeNames,
    computedHasInclude: has("computedHasInclude"),
    computedInclude: has("computedInclude"),
    systemHeaderPragma: has("systemHeaderPragma"),
    lineDirective: has("lineDirective"),
    once: has("once"),
    imports: has("imports"),
    includes,
    blanked,
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isDigestText(value: unknown): value is Digest {
  return typeof value === "string" && isDigest(value);
}

function check(path: string, entry: RememberedDigest, facts: string): number {
  const { digest, size, mtimeNs, ctimeNs, ino, dev, hashedAtNs } = entry;
  return crc32([path, digest, size, mtimeNs, ctimeNs, ino, dev, hashedAtNs, facts].join("\0"));
}
