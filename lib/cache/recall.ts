import { type Digest, type JournalCall, LruMap, WordPool } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";
import { type Destination, KnownCall } from "./known_call.ts";
import type { SearchFolders } from "./places.ts";
import type { Premises } from "./premises.ts";
import { Sharing } from "./sharing.ts";
import type { LiveEntry, Unit } from "./unit.ts";

/** Memory for known calls, in bytes: about a hundred thousand with 400 headers each. */
const CALLS_BYTES = 192 * 1024 * 1024;
/** Memory for the words of their commands, before a new pool is begun. */
const WORDS_BYTES = 32 * 1024 * 1024;
/** Memory for each kind of what they share. */
const SHARED_BYTES = 4 * 1024 * 1024;
/** What a call takes besides its inputs, in bytes. */
const CALL_BYTES = 900;

/** The calls that were answered, by the digest of their requests' bytes. What many of them have in common is kept once. */
export class Recall {
  readonly #view: FileView;
  readonly #calls = new LruMap<Digest, KnownCall>({
    limit: CALLS_BYTES,
    weigh: ({ weight }) => weight,
  });
  readonly #words = new WordPool(WORDS_BYTES);
  readonly #searches = new Sharing<SearchFolders>(SHARED_BYTES);
  readonly #premises = new Sharing<Premises>(SHARED_BYTES);
  readonly #environments = new Sharing<JournalCall["env"]>(SHARED_BYTES);

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
    const { search } = unit;
    const call = new KnownCall({
      cwd: this.#words.share(unit.cwd),
      context,
      entry,
      premises: unit.premises.map((one) =>
        this.#premises.of(one.text(), one, (known) => known.hold(this.#view))
      ),
      own: Array.from(unit.own),
      ownStates: unit.ownStates,
      search: this.#searches.of(textOf(search), search, ({ known }) => known === search.known),
      destinations: unit.destinations.map(([role, path]): Destination => [role, this.#words.share(path)]),
      told: this.#compact(told),
      weight: CALL_BYTES + entry.stored.found.weight,
    });
    this.#calls.set(key, call);
    return call;
  }

  clear(): void {
    this.#calls.clear();
    this.#words.clear();
    this.#searches.clear();
    this.#premises.clear();
    this.#environments.clear();
  }

  #compact(call: JournalCall): JournalCall {
    const word = (text: string | undefined) => text === undefined ? undefined : this.#words.share(text);
    return {
      compiler: this.#words.share(call.compiler),
      args: this.#words.phrase(call.args),
      cwd: this.#words.share(call.cwd),
      env: this.#environments.of(JSON.stringify(call.env), call.env),
      source: word(call.source),
      output: word(call.output),
    };
  }
}

function textOf({ folders, suffixes, forced }: SearchFolders): string {
  return [...folders, "", ...suffixes, "", ...forced].join("\0");
}
