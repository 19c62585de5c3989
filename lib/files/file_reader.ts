import {
  type ContentFacts,
  type Digest,
  digestBytes,
  digestChunks,
  type DigestMemory,
  type RememberedDigest,
} from "../core/mod.ts";
import { assemblesFiles, factsOf, isBinary, plainFacts, unknownFacts } from "./content_facts.ts";
import { FactsTable } from "./facts_table.ts";
import { ctimeNsOf, deviceOf, inodeOf, mtimeNsOf, sameIdentity, sizeOf } from "./identity.ts";
import { type Original, Originals } from "./originals.ts";
import { isRacy } from "./racy.ts";
import type { Disk, OpenedFile, StatRecord } from "./system.ts";

/** A content and the wall clock (ms) just before it was read. */
export interface Reading {
  readonly digest: Digest;
  readonly readAtMs: number;
}

/**
 * From this size on, Rust's sources are not searched for what counts in C alone, which would take longer than hashing them.
 * Smaller ones are quickly searched, and may have the same bytes as a text of C, for which the facts would be wanted.
 */
const LEAST_UNASKED_BYTES = 1024;

/** As much of two pieces of a file as a word may stand across. */
const SEAM_BYTES = 16;

/** What a reader needs. */
export interface ReaderParts {
  readonly disk: Disk;
  readonly memory: DigestMemory | undefined;
  /** Wall clock in ms. */
  readonly now: () => number;
  readonly plainFolders: readonly string[];
}

/** Digests and facts of contents: from the memory where it can be relied on, else by reading. */
export class FileReader {
  readonly #disk: Disk;
  readonly #memory: DigestMemory | undefined;
  readonly #now: () => number;
  readonly #plainFolders: readonly string[];
  readonly #facts = new FactsTable();
  readonly #originals = new Originals();

  /** Files below `plainFolders` (each with a closing slash) are not expected to be edited: their comments aren't blanked. */
  constructor(parts: ReaderParts) {
    this.#disk = parts.disk;
    this.#memory = parts.memory;
    this.#now = parts.now;
    this.#plainFolders = parts.plainFolders;
  }

  facts(digest: Digest): ContentFacts | undefined {
    return this.#facts.get(digest);
  }

  /**
   * The content at a path whose stat is given (and brought up to date); undefined if it can't be read. `mayRecall` = a
   * digest remembered under the same stat identity will do.
   */
  read(path: string, stat: StatRecord, mayRecall: boolean): Reading | undefined {
    const known = mayRecall ? this.#recall(path, stat) : undefined;
    if (known !== undefined) return known;
    const readAtMs = this.#now();
    const digest = this.#takeCopy(path, stat) ??
      this.#disk.open(path, stat, (file) => this.#take(path, file));
    if (digest === undefined) return undefined;
    if (!isRacy(stat.identity, readAtMs, { disk: this.#disk, path })) {
      this.#keep(path, stat, { digest, readAtMs });
    }
    return { digest, readAtMs };
  }

  /** See `FileView.expectCopy`. */
  expectCopy(path: string, original: Original): void {
    this.#originals.expect(path, original, this.#now());
  }

  /** The digest of a file that is what it's expected to be; undefined if it isn't, or if the digest alone doesn't tell enough. */
  #takeCopy(path: string, stat: StatRecord): Digest | undefined {
    const expected = this.#originals.of(path, sizeOf(stat.identity));
    if (expected === undefined) return undefined;
    const { digest } = expected;
    return this.#disk.open(path, stat, (file) => {
      if (!this.#facts.has(digest) && !isBinary(file.head)) return undefined;
      if (!this.#isSeen(expected, stat, path) && !this.#originals.isCopy(file, expected, this.#now())) {
        return undefined;
      }
      if (!this.#facts.has(digest)) this.#facts.set(digest, plainFacts(digest));
      return digest;
    });
  }

  /** Whether a file is still the one that was seen to have the content. */
  #isSeen({ seen }: Original, { identity }: StatRecord, path: string): boolean {
    return seen !== undefined && sameIdentity(seen.identity, 0, identity, 0) &&
      !isRacy(identity, seen.atMs, { disk: this.#disk, path });
  }

  #take(path: string, file: OpenedFile): Digest {
    if (file.bytes === undefined) return this.#takeLarge(file);
    const digest = digestBytes(file.bytes);
    if (this.#facts.has(digest)) return digest;
    this.#facts.set(digest, this.#factsOf(path, file.bytes, digest));
    return digest;
  }

  #factsOf(path: string, bytes: Uint8Array, digest: Digest): ContentFacts {
    if (isBinary(bytes)) return plainFacts(digest);
    if (path.endsWith(".rs") && bytes.length >= LEAST_UNASKED_BYTES) {
      return { ...unknownFacts(digest), assemblerInclude: assemblesFiles(bytes) };
    }
    return factsOf(bytes, digest, !this.#plainFolders.some((folder) => path.startsWith(folder)));
  }

  /** A program or library may be as large as it likes; of a large text, anything is possible that isn't searched for. */
  #takeLarge(file: OpenedFile): Digest {
    let binary: boolean | undefined;
    let assembles = false;
    let last = new Uint8Array();
    const digest = digestChunks(function* () {
      for (const chunk of file.chunks()) {
        binary ??= isBinary(chunk);
        const seam = Uint8Array.of(...last, ...chunk.subarray(0, SEAM_BYTES));
        assembles ||= !binary && (assemblesFiles(seam) || assemblesFiles(chunk));
        last = chunk.slice(-SEAM_BYTES);
        yield chunk;
      }
    }());
    if (!this.#facts.has(digest)) {
      const unknown = { ...unknownFacts(digest), assemblerInclude: assembles };
      this.#facts.set(digest, binary ? plainFacts(digest) : unknown);
    }
    return digest;
  }

  #recall(path: string, stat: StatRecord): Reading | undefined {
    const entry = this.#memory?.get(path);
    if (entry === undefined || !isSame(entry, stat.identity)) return undefined;
    const readAtMs = Number(entry.hashedAtNs / 1_000_000n);
    if (isRacy(stat.identity, readAtMs, { disk: this.#disk, path })) return undefined;
    this.#facts.set(entry.digest, entry.facts);
    return { digest: entry.digest, readAtMs };
  }

  #keep(path: string, stat: StatRecord, reading: Reading): void {
    const facts = this.#facts.get(reading.digest);
    if (this.#memory === undefined || facts === undefined) return;
    this.#memory.put(path, {
      digest: reading.digest,
      size: sizeOf(stat.identity),
      mtimeNs: mtimeNsOf(stat.identity),
      ctimeNs: ctimeNsOf(stat.identity),
      ino: inodeOf(stat.identity),
      dev: deviceOf(stat.identity),
      hashedAtNs: BigInt(Math.floor(reading.readAtMs)) * 1_000_000n,
      facts,
    });
  }
}

function isSame(entry: RememberedDigest, identity: Uint32Array): boolean {
  return entry.size === sizeOf(identity) && entry.mtimeNs === mtimeNsOf(identity) &&
    entry.ctimeNs === ctimeNsOf(identity) && entry.ino === inodeOf(identity) &&
    entry.dev === deviceOf(identity);
}
