import { err, ok, type Result, type SessionLine, type SessionRequest } from "../core/mod.ts";
import type { Counted } from "./counts.ts";
import type { OwnerState, Session } from "./session.ts";
import type { SessionFolder } from "./session_folder.ts";
import { prepareFile } from "./prepare_file.ts";

/** How long a change may wait before it's on disk, in milliseconds. */
const SAVE_MS = 600;

/** What sessions are kept by. */
export interface SessionsParts {
  readonly folder: SessionFolder;
  readonly now: () => number;
  /** How long a session that nobody ends is kept after its last command, in milliseconds; 0 = for ever. */
  readonly expiryMs: number;
}

/** The open sessions; the only writer of their state. */
export class Sessions implements AsyncDisposable {
  readonly #folder: SessionFolder;
  readonly #now: () => number;
  readonly #expiryMs: number;
  readonly #open = new Map<string, Session>();
  #total = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();

  /** Takes up what an earlier daemon left open. */
  constructor({ folder, now, expiryMs }: SessionsParts) {
    this.#folder = folder;
    this.#now = now;
    this.#expiryMs = expiryMs;
    for (const session of folder.load()) this.#open.set(session.id, session);
    this.expire();
    this.#total = this.#open.size;
  }

  /** Begins a session; the error is a sentence for the user. */
  start(request: SessionRequest, owners: readonly OwnerState[]): Result<Session, string> {
    const id = crypto.randomUUID();
    const nowMs = this.#now();
    try {
      if (request.log !== undefined) prepareFile(request.log);
      if (request.journal !== undefined) prepareFile(request.journal);
      const kept = { counts: undefined, profile: undefined, timedBytes: 0 };
      const session = this.#folder.begin({ id, request, owners, startedMs: nowMs, usedMs: nowMs, ...kept });
      this.#open.set(id, session);
      this.#total++;
      return ok(session);
    } catch (error) {
      if (error instanceof Error) return err(error.message);
      throw error;
    }
  }

  /** The open session of this id. */
  find(id: string): Session | undefined {
    return this.#open.get(id);
  }

  /** Counts a command of a session. */
  count(session: Session, counted: Counted): void {
    session.count(counted, this.#now());
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.#save(), SAVE_MS);
  }

  /** Ends a session; what it counted can still be read from it. Resolves when its files are gone. */
  async end(session: Session): Promise<void> {
    session.readTimings();
    this.#open.delete(session.id);
    await Promise.all([this.#saving, session.files.sources?.written()]);
    this.#folder.remove(session.id);
  }

  /** Ends what nobody ended and nobody used for long. A session with owners is theirs for as long as they live. */
  expire(): void {
    if (this.#expiryMs === 0) return;
    for (const session of this.#open.values()) {
      if (session.owners.length > 0) continue;
      if (session.usedMs + this.#expiryMs < this.#now()) void this.end(session);
    }
  }

  /** The open ones, oldest first. */
  get list(): SessionLine[] {
    return [...this.#open.values()].map((session) => session.line(this.#now()));
  }

  get all(): Iterable<Session> {
    return this.#open.values();
  }

  /** Open ones, and those that were begun or taken up since the start or the last `reset`. */
  get tally(): { readonly active: number; readonly total: number } {
    return { active: this.#open.size, total: this.#total };
  }

  reset(): void {
    this.#total = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#save();
    await Promise.all([...this.#open.values()].map(({ files }) => files.sources?.written()));
  }

  /** Writes what changed, one session after another; what ends meanwhile is passed over. */
  #save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#saving = this.#saving.then(async () => {
      for (const session of [...this.#open.values()]) {
        if (this.#open.has(session.id)) await this.#folder.save(session);
      }
    });
  }
}
