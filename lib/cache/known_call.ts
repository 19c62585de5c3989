import type { Digest, JournalCall } from "../core/mod.ts";
import type { FileId, FileState, FileView, Generation } from "../files/mod.ts";
import { type FoundFile, searchedPlaces, type SearchFolders } from "./places.ts";
import type { Premises } from "./premises.ts";
import type { LiveEntry } from "./unit.ts";

/** A role of a produced file, and where that goes, as spelled. */
export type Destination = readonly [role: string, path: string];

/** What a known call is made of. */
export interface KnownParts {
  readonly cwd: string;
  readonly search: SearchFolders;
  /** What the tool and the reading of the command rest on. */
  readonly premises: readonly Premises[];
  /** The files that the command names, and their contents. */
  readonly own: readonly FileId[];
  readonly ownStates: readonly FileState[];
  /** The key under which results are found while the call is current. */
  readonly context: Digest;
  /** The entry that answered last. */
  readonly entry: LiveEntry;
  readonly destinations: readonly Destination[];
  /** How it is told of. */
  readonly told: JournalCall;
  /** About how much memory it takes, in bytes. */
  readonly weight: number;
}

/**
 * A compile that was answered, as the cache remembers it: the answer, and what must be so for it to be the answer
 * again. There are many of these, so this is all; whatever else a miss needs is read from the request anew.
 */
export class KnownCall {
  readonly cwd: string;
  readonly context: Digest;
  readonly told: JournalCall;
  readonly weight: number;
  entry: LiveEntry;
  readonly #premises: readonly Premises[];
  readonly #own: readonly FileId[];
  readonly #ownStates: readonly FileState[];
  readonly #search: SearchFolders;
  readonly #destinations: readonly Destination[];
  #asOf: Generation = -1;

  constructor(parts: KnownParts) {
    this.cwd = parts.cwd;
    this.context = parts.context;
    this.told = parts.told;
    this.weight = parts.weight;
    this.entry = parts.entry;
    this.#premises = parts.premises;
    this.#own = parts.own;
    this.#ownStates = parts.ownStates;
    this.#search = parts.search;
    this.#destinations = parts.destinations;
  }

  /** Whether the bytes still mean what they meant: the same tool, the same reading, the same own inputs. */
  isCurrent(view: FileView): boolean {
    for (const premises of this.#premises) if (!premises.hold(view)) return false;
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
    return searchedPlaces(view, this.#search, [...found, ...own]);
  }

  /** Where a produced file of this role goes, as spelled; undefined if this call doesn't want it. */
  destination(role: string): string | undefined {
    for (const [known, path] of this.#destinations) if (known === role) return path;
    return undefined;
  }
}
