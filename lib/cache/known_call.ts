import type { Digest, JournalCall, Phrase } from "../core/mod.ts";
import type { FileId, FileState, FileView, Generation } from "../files/mod.ts";
import { type FoundFile, searchedPlaces, type SearchFolders } from "./places.ts";
import type { Premises } from "./premises.ts";
import type { LiveEntry } from "./unit.ts";

/** A role of a produced file, and where that goes, as spelled. */
export type Destination = readonly [role: string, path: string];

/** What calls of a project have in common. */
export interface Surroundings extends Pick<JournalCall, "compiler" | "cwd" | "env"> {
  readonly search: SearchFolders;
  /** What the tool and the reading of the command rest on. */
  readonly premises: readonly Premises[];
}

/** What a known call is made of. */
export interface KnownParts {
  readonly around: Surroundings;
  /** The files that the command names, and their contents. */
  readonly own: readonly FileId[];
  readonly ownStates: readonly FileState[];
  /** The key under which results are found while the call is current. */
  readonly context: Digest;
  /** The entry that answered last. */
  readonly entry: LiveEntry;
  /** Roles and paths in turn. */
  readonly destinations: Phrase;
  /** Its arguments, main input and main output, as it's told of. */
  readonly args: Phrase;
  readonly source: string | undefined;
  readonly output: string | undefined;
}

/**
 * A compile that was answered, as the cache remembers it: the answer, and what must be so for it to be the answer
 * again. There are many of these, so this is all; whatever else a miss needs is read from the request anew.
 */
export class KnownCall {
  readonly context: Digest;
  /** About how much memory it takes, in bytes; as it was made. */
  readonly weight: number;
  entry: LiveEntry;
  readonly #around: Surroundings;
  readonly #own: readonly FileId[];
  readonly #ownStates: readonly FileState[];
  readonly #destinations: Phrase;
  readonly #args: Phrase;
  readonly #source: string | undefined;
  readonly #output: string | undefined;
  #asOf: Generation = -1;

  constructor(parts: KnownParts) {
    this.context = parts.context;
    this.entry = parts.entry;
    this.#around = parts.around;
    this.#own = parts.own;
    this.#ownStates = parts.ownStates;
    this.#destinations = parts.destinations;
    this.#args = parts.args;
    this.#source = parts.source;
    this.#output = parts.output;
    const { args, destinations, entry } = parts;
    this.weight = CALL_BYTES + args.weight + destinations.weight + entry.stored.found.weight;
  }

  get cwd(): string {
    return this.#around.cwd;
  }

  /** How it is told of. */
  get told(): JournalCall {
    const { compiler, cwd, env } = this.#around;
    return { compiler, args: this.#args, cwd, env, source: this.#source, output: this.#output };
  }

  /** Whether the bytes still mean what they meant: the same tool, the same reading, the same own inputs. */
  isCurrent(view: FileView): boolean {
    for (const premises of this.#around.premises) if (!premises.hold(view)) return false;
    if (view.quietSince(this.#asOf)) return true;
    for (let i = 0; i < this.#own.length; i++) {
      if (view.state(this.#own[i]!) !== this.#ownStates[i]) return false;
    }
    this.#asOf = view.generation;
    return true;
  }

  /** As of a unit. */
  places(view: FileView, found: readonly FoundFile[]): string[] {
    const own = this.#own.map((id, i) => ({ path: view.pathOf(id), content: this.#ownStates[i] as Digest }));
    return searchedPlaces(view, this.#around.search, [...found, ...own]);
  }

  /** Where a produced file of this role goes, as spelled; undefined if this call doesn't want it. */
  destination(role: string): string | undefined {
    const words = [...this.#destinations];
    for (let at = 0; at < words.length; at += 2) if (words[at] === role) return words[at + 1];
    return undefined;
  }
}

/** What a call takes besides its inputs and its words: with the keys, the entry, and what the files' table has of its source. */
const CALL_BYTES = 800;
