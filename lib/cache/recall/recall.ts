import { type Digest, type JournalCall, LruMap, WordPool } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import { CallWords } from "./call_words.ts";
import { KnownCall, type Surroundings } from "./known_call.ts";
import type { SearchFolders } from "../places.ts";
import { Sharing } from "./sharing.ts";
import type { LiveEntry, Unit } from "../unit.ts";

/** Memory for known calls, in bytes: more than a hundred thousand with 400 headers each. */
const CALLS_BYTES = 192 * 1024 * 1024;
/** Memory for the words of their commands, before a new pool is begun. */
const WORDS_BYTES = 32 * 1024 * 1024;
/** Memory for what they share. */
const SHARED_BYTES = 4 * 1024 * 1024;

/** The calls that were answered, by the digest of their requests' bytes. What many of them have in common is kept once. */
export class Recall {
  readonly #view: FileView;
  readonly #calls = new LruMap<Digest, KnownCall>({
    limit: CALLS_BYTES,
    weigh: ({ weight }) => weight,
  });
  readonly #words = new WordPool(WORDS_BYTES);
  readonly #surroundings = new Sharing<Surroundings>(SHARED_BYTES);

  constructor(view: FileView) {
    this.#view = view;
  }

  /** The call that these bytes meant before, whether or not they still do. */
  get(key: Digest): KnownCall | undefined {
    return this.#calls.peek(key);
  }

  /** Remembers by the digest of its request's bytes that an entry answers a unit now; the oldest call goes first. */
  keep(key: Digest, unit: Unit, { entry, told }: { entry: LiveEntry; told: JournalCall }): KnownCall {
    const context = unit.context(this.#view);
    const call = new KnownCall({
      around: this.#around(unit, told),
      context,
      entry,
      own: unit.own,
      ownStates: unit.ownStates,
      words: new CallWords({ destinations: unit.destinations, told, pool: this.#words }),
    });
    this.#calls.set(key, call);
    return call;
  }

  clear(): void {
    this.#calls.clear();
    this.#words.clear();
    this.#surroundings.clear();
  }

  /** What the unit has in common with others of its project. */
  #around({ cwd, search, premises }: Unit, { compiler, env }: JournalCall): Surroundings {
    const text = JSON.stringify([compiler, cwd, env, textOf(search), premises.map((one) => one.text())]);
    return this.#surroundings.of(
      text,
      { compiler, cwd, env, search, premises },
      (known) =>
        known.search.known === search.known && premises.every((one, at) => one === known.premises[at]),
    );
  }
}

function textOf({ folders, suffixes, forced }: SearchFolders): string {
  return [...folders, "", ...suffixes, "", ...forced].join("\0");
}
