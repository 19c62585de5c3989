import { type Digest, isDigest, LruMap } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import { Turn } from "../turn.ts";
import { Witness } from "../witness.ts";
import { hasBeginning, type NamePieces, namePieces, wordPieces } from "./name_pieces.ts";

/** How many sets of names are remembered, and for how many contents each. */
const MOST_SEARCHES = 4;
const MOST_CONTENTS = 10_000;

/** A file that is larger is not looked into. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** Names to look for. */
export interface Wanted {
  readonly names: readonly string[];
  /** C sources, the first of which are the most likely to have one. */
  readonly sources: readonly FileId[];
  /** Texts of other kinds. */
  readonly texts: readonly string[];
}

/** What a content has of some names; "no beginning" = what it has of them is not known, but they don't begin there. */
type Found = NamePieces | "no beginning";

/** What contents have of some names. */
type Known = LruMap<Digest, Found>;

/** What all sources and texts have; undefined if a name is there, or may be. */
type Gathered = ReadonlySet<string> | "nothing to begin with" | undefined;

/**
 * Tells whether a compiler may come by some names. It comes by a name only if that stands in what it reads, or is put
 * together from words that stand there (`A##B`) and numbers that it counts itself (`__LINE__`). Each content is looked
 * into once for the same names, and these are mostly the same for a whole build.
 */
export class NameSearch {
  readonly #view: FileView;
  readonly #known = new LruMap<string, Known>({ limit: MOST_SEARCHES, weigh: () => 1 });

  constructor(view: FileView) {
    this.#view = view;
  }

  /** Looks into the sources as far as they are not known, with turns for others. */
  async look({ names, sources, texts }: Wanted): Promise<void> {
    const known = this.#knownOf(names);
    const isUnknown = (id: FileId) => this.#of(id, known) === undefined;
    await this.#read(
      sources.filter(isUnknown),
      known,
      (bytes) => hasBeginning(bytes, names) ? namePieces(bytes, names) : "no beginning",
    );
    const gathered = this.#gather({ names, sources, texts });
    if (gathered === undefined || typeof gathered === "string") return;
    // a word that a name begins with is common enough; the rest of the name must be there as well
    const isHalfKnown = (id: FileId) => this.#of(id, known) === "no beginning";
    await this.#read(sources.filter(isHalfKnown), known, (bytes) => namePieces(bytes, names));
  }

  /** Whether any of the names may be come by, as far as sources were looked into. */
  mayOccur(wanted: Wanted): boolean {
    const gathered = this.#gather(wanted);
    if (gathered === undefined) return true;
    if (gathered === "nothing to begin with") return false;
    const known = this.#knownOf(wanted.names);
    return wanted.sources.some((id) => this.#of(id, known) === "no beginning") ||
      wanted.names.some((name) => canBePutTogether(name, gathered));
  }

  #gather({ names, sources, texts }: Wanted): Gathered {
    const pieces = new Set<string>();
    const isOut = (found: Found | undefined) => {
      if (found === undefined || found === "a name" || found === "unclear") return true;
      if (found !== "no beginning") { for (const piece of found) pieces.add(piece); }
      return false;
    };
    const known = this.#knownOf(names);
    if (sources.some((id) => isOut(this.#of(id, known)))) return undefined;
    const encoder = new TextEncoder();
    if (texts.some((text) => isOut(wordPieces(encoder.encode(text), names)))) return undefined;
    const begins = names.some((name) => [...pieces].some((piece) => name.startsWith(piece)));
    return begins ? pieces : "nothing to begin with";
  }

  /** Reads sources until one has a name; what was read is known if it's certain to be what the view knows. */
  async #read(
    ids: readonly FileId[],
    known: Known,
    find: (bytes: Uint8Array) => Found,
  ): Promise<void> {
    const turn = new Turn(this.#view);
    const witness = new Witness(this.#view);
    const found: (readonly [Digest, Found])[] = [];
    for (const id of ids) {
      if (turn.isOver) await turn.pass();
      const content = this.#view.state(id);
      const bytes = readIfThere(this.#view.pathOf(id));
      if (!isDigest(content) || bytes === undefined || !witness.untouched(id)) break;
      const has = find(bytes);
      found.push([content, has]);
      if (has === "a name" || has === "unclear") break;
    }
    if (witness.belied() !== undefined) return;
    for (const [content, has] of found) known.set(content, has);
  }

  #knownOf(names: readonly string[]): Known {
    const key = names.join(" ");
    const known = this.#known.get(key) ?? new LruMap({ limit: MOST_CONTENTS, weigh: () => 1 });
    this.#known.set(key, known);
    return known;
  }

  #of(id: FileId, known: Known): Found | undefined {
    const content = this.#view.state(id);
    return isDigest(content) ? known.get(content) : undefined;
  }
}

/** Whether a name is made of several of these words, and of digits but at its beginning. */
export function canBePutTogether(name: string, pieces: ReadonlySet<string>): boolean {
  const reached = new Set([0]);
  for (const at of reached) {
    if (at > 0 && isDigit(name.charCodeAt(at))) reached.add(at + 1);
    for (const piece of pieces) if (name.startsWith(piece, at)) reached.add(at + piece.length);
  }
  return reached.has(name.length);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Deno.statSync(path).size > MAX_FILE_BYTES ? undefined : Deno.readFileSync(path);
  } catch (error) {
    // what can't be read is not known
    if (error instanceof Error) return undefined;
    throw error;
  }
}
