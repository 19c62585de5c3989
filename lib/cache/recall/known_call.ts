import type { Digest, JournalCall } from "../../core/mod.ts";
import type { FileId, FileState, FileView, Generation } from "../../files/mod.ts";
import type { CallWords } from "./call_words.ts";
import { type FoundFile, searchedPlaces, type SearchFolders } from "../places.ts";
import type { Premises } from "../premises.ts";
import type { LiveEntry } from "../unit.ts";

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
  readonly own: Int32Array;
  readonly ownStates: readonly FileState[];
  /** The key under which results are found while the call is current. */
  readonly context: Digest;
  /** The entry that answered last. */
  readonly entry: LiveEntry;
  readonly words: CallWords;
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
  readonly #own: OwnFile | undefined;
  readonly #words: CallWords;
  #asOf: Generation = -1;

  constructor(parts: KnownParts) {
    this.context = parts.context;
    this.entry = parts.entry;
    this.#around = parts.around;
    this.#own = chain(parts.own, parts.ownStates);
    this.#words = parts.words;
    this.weight = CALL_BYTES + parts.words.weight + parts.entry.stored.found.weight;
  }

  get cwd(): string {
    return this.#around.cwd;
  }

  /** How it is told of. */
  get told(): JournalCall {
    const { compiler, cwd, env } = this.#around;
    return { compiler, cwd, env, ...this.#words.told };
  }

  /** Whether the bytes still mean what they meant: the same tool, the same reading, the same own inputs. */
  isCurrent(view: FileView): boolean {
    for (const premises of this.#around.premises) if (!premises.hold(view)) return false;
    if (view.quietSince(this.#asOf)) return true;
    for (let file = this.#own; file !== undefined; file = file.next) {
      if (view.state(file.id) !== file.state) return false;
    }
    this.#asOf = view.generation;
    return true;
  }

  /** As of a unit. */
  places(view: FileView, found: readonly FoundFile[]): string[] {
    const own: FoundFile[] = [];
    for (let file = this.#own; file !== undefined; file = file.next) {
      own.push({ path: view.pathOf(file.id), content: file.state as Digest });
    }
    return searchedPlaces(view, this.#around.search, { found, own });
  }

  /** Where a produced file of this role goes, as spelled; undefined if this call doesn't want it. */
  destination(role: string): string | undefined {
    return this.#words.destination(role);
  }
}

/** A file that a command names, what it contained, and the next one: mostly there is one, and arrays take three times as much. */
interface OwnFile {
  readonly id: FileId;
  readonly state: FileState;
  readonly next: OwnFile | undefined;
}

function chain(ids: Int32Array, states: readonly FileState[]): OwnFile | undefined {
  let first: OwnFile | undefined;
  for (let i = ids.length - 1; i >= 0; i--) first = { id: ids[i]!, state: states[i]!, next: first };
  return first;
}

/** What a call takes besides its inputs and its words: with the keys, the entry, and what the files' table has of its source. */
const CALL_BYTES = 800;
