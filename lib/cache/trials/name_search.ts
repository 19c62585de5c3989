import { type Digest, digestBytes, isDigest, LruMap } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";
import { Turn } from "../turn.ts";
import { type NamePieces, namePieces, wordPieces } from "./name_pieces.ts";

/** How many sets of names are remembered, and for how many contents each. */
const MOST_SEARCHES = 4;
const MOST_CONTENTS = 10_000;

/** A file that is larger is not looked into. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** What contents have of some names. */
type Known = LruMap<Digest, NamePieces>;

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

  /** Looks into the sources that are not known yet, with turns for others, until one has a name. */
  async look(names: readonly string[], sources: Iterable<FileId>): Promise<void> {
    const known = this.#knownOf(names);
    const turn = new Turn(this.#view);
    for (const id of sources) {
      if (turn.isOver) await turn.pass();
      if (typeof this.#piecesIn(id, names, known) === "string") return;
    }
  }

  /**
   * Whether any of the names may be come by in C sources, the first of which are the most likely to have them, or in other
   * texts.
   */
  mayOccur(
    { names, sources, texts }: {
      readonly names: readonly string[];
      readonly sources: Iterable<FileId>;
      readonly texts: readonly string[];
    },
  ): boolean {
    const pieces = new Set<string>();
    const isOut = (found: NamePieces) => {
      if (typeof found === "string") return true;
      for (const piece of found) pieces.add(piece);
      return false;
    };
    const encoder = new TextEncoder();
    if (texts.some((text) => isOut(wordPieces(encoder.encode(text), names)))) return true;
    const known = this.#knownOf(names);
    for (const id of sources) if (isOut(this.#piecesIn(id, names, known))) return true;
    return names.some((name) => canBePutTogether(name, pieces));
  }

  #knownOf(names: readonly string[]): Known {
    const key = names.join(" ");
    const known = this.#known.get(key) ?? new LruMap({ limit: MOST_CONTENTS, weigh: () => 1 });
    this.#known.set(key, known);
    return known;
  }

  #piecesIn(id: FileId, names: readonly string[], known: Known): NamePieces {
    const content = this.#view.state(id);
    if (!isDigest(content)) return "unclear";
    const before = known.get(content);
    if (before !== undefined) return before;
    const bytes = readIfThere(this.#view.pathOf(id));
    // what is there by now need not be what the view knows
    if (bytes === undefined || digestBytes(bytes) !== content) return "unclear";
    const found = namePieces(bytes, names);
    known.set(content, found);
    return found;
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
