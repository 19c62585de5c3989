import type { FileId, FileState, Generation } from "./file_view.ts";
import { IDENTITY_WORDS, sameIdentity } from "./identity.ts";

const FIRST_CAPACITY = 1024;
const MUST_READ = -1;

/** What is known of each tracked file, in arrays by id: a hundred thousand files fit, and a scan allocates nothing. */
export class FileTable {
  readonly #paths: string[] = [];
  readonly #ids = new Map<string, FileId>();
  readonly #states: (FileState | undefined)[] = [];
  readonly #blindness: (string | undefined)[] = [];
  /** The generation since which the state has been what it is; infinite while it may be something else. */
  #changedAt = new Float64Array(FIRST_CAPACITY);
  /** The same without the infinity. */
  #settledAt = new Float64Array(FIRST_CAPACITY);
  /** The latest event about the file. */
  #touchedAt = new Float64Array(FIRST_CAPACITY);
  /** For which barrier a file without events was last asked by stat. */
  #askedAt = new Float64Array(FIRST_CAPACITY);
  /** Wall clock of the reading that gave the state, in ms; 0 = never read, -1 = no stat identity proves anything. */
  #readAtMs = new Float64Array(FIRST_CAPACITY);
  #identities = new Uint32Array(FIRST_CAPACITY * IDENTITY_WORDS);
  #unsettled = 0;
  #lastChange: Generation = 0;

  /** How many ids there are. */
  get size(): number {
    return this.#paths.length;
  }

  idOf(path: string): FileId | undefined {
    return this.#ids.get(path);
  }

  /** Begins to keep a path; of events before `at` nothing is known. */
  add(path: string, at: Generation): FileId {
    const id = this.#paths.length;
    if (id === this.#changedAt.length) this.#grow();
    this.#paths.push(path);
    this.#ids.set(path, id);
    this.#states.push(undefined);
    this.#blindness.push(undefined);
    this.#changedAt[id] = Infinity;
    this.#touchedAt[id] = at;
    this.#askedAt[id] = -1;
    this.#unsettled++;
    return id;
  }

  /** Throws `RangeError` for an id that this table didn't give. */
  path(id: FileId): string {
    const path = this.#paths[id];
    if (path === undefined) throw new RangeError(`Cannot find a file: ${id} is no id of this view`);
    return path;
  }

  /** The state if it is settled. */
  state(id: FileId): FileState | undefined {
    return this.#changedAt[id] === Infinity ? undefined : this.#states[id];
  }

  /** The last state that was settled, whatever happened since. */
  lastState(id: FileId): FileState | undefined {
    return this.#states[id];
  }

  /** Marks a file as possibly changed. `content` = its stat identity proves nothing from now on. */
  unsettle(id: FileId, at: Generation, content: boolean): void {
    if (this.#changedAt[id] !== Infinity) {
      this.#changedAt[id] = Infinity;
      this.#unsettled++;
    }
    this.#touchedAt[id] = at;
    if (content) this.#readAtMs[id] = MUST_READ;
  }

  /** Says what the file is. `at` counts only if that is something else than before. */
  settle(id: FileId, state: FileState, at: Generation): void {
    if (this.#changedAt[id] === Infinity) this.#unsettled--;
    if (this.#states[id] !== state) {
      this.#states[id] = state;
      this.#settledAt[id] = at;
      this.#lastChange = at;
    }
    this.#changedAt[id] = this.#settledAt[id]!;
  }

  /** Keeps the stat identity under which the file was read, and when. */
  remember(id: FileId, identity: Uint32Array, readAtMs: number): void {
    this.#identities.set(identity, id * IDENTITY_WORDS);
    this.#readAtMs[id] = readAtMs;
  }

  /** Whether the bytes have to be read, because an event was about them. */
  mustRead(id: FileId): boolean {
    return this.#readAtMs[id] === MUST_READ;
  }

  /** When the file was read under this stat identity (ms); 0 or less if it was not. */
  readAtMs(id: FileId, identity: Uint32Array): number {
    return sameIdentity(this.#identities, id * IDENTITY_WORDS, identity, 0) ? this.#readAtMs[id]! : 0;
  }

  touchedAt(id: FileId): Generation {
    return this.#touchedAt[id]!;
  }

  blindness(id: FileId): string | undefined {
    return this.#blindness[id];
  }

  /** How many files are blind, by reason. */
  blindnesses(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const reason of this.#blindness) {
      if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
    }
    return counts;
  }

  setBlindness(id: FileId, reason: string | undefined): void {
    this.#blindness[id] = reason;
  }

  /** Whether this is the first question for this barrier. */
  firstAsked(id: FileId, barrier: number): boolean {
    if (this.#askedAt[id] === barrier) return false;
    this.#askedAt[id] = barrier;
    return true;
  }

  /** Whether every file is settled, and none later than `since`. */
  quietSince(since: Generation): boolean {
    return this.#unsettled === 0 && this.#lastChange <= since;
  }

  /** Whether any of the files is unsettled or settled later than `since`. */
  anyChangedSince(ids: Int32Array, since: Generation): boolean {
    if (this.quietSince(since)) return false;
    const changedAt = this.#changedAt;
    for (let i = 0; i < ids.length; i++) if (changedAt[ids[i]!]! > since) return true;
    return false;
  }

  #grow(): void {
    const capacity = this.#changedAt.length * 2;
    this.#changedAt = larger(this.#changedAt, capacity);
    this.#settledAt = larger(this.#settledAt, capacity);
    this.#touchedAt = larger(this.#touchedAt, capacity);
    this.#askedAt = larger(this.#askedAt, capacity);
    this.#readAtMs = larger(this.#readAtMs, capacity);
    const identities = new Uint32Array(capacity * IDENTITY_WORDS);
    identities.set(this.#identities);
    this.#identities = identities;
  }
}

function larger(array: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(capacity);
  copy.set(array);
  return copy;
}
