import {
  err,
  ok,
  type Result,
  type SessionReport,
  type SessionRequest,
  type SessionStarted,
} from "../lib/core/mod.ts";
import type { Journal } from "../lib/journal/mod.ts";
import type { OwnerState, Session, Sessions } from "../lib/sessions/mod.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { isRunning, ownerOf, parentOf } from "./owners.ts";

/** How often owners are looked after, while there are any, in milliseconds. */
const OWNERS_MS = 2000;

/** What the desk works with. */
export interface DeskParts {
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly lifecycle: Lifecycle;
  readonly now: () => number;
  /** How often owners are looked after; 2 s if not given. */
  readonly ownersMs?: number;
}

/**
 * Begins and ends sessions. A session with owners ends with the last of them; when the daemon's last session with owners
 * goes and no other is open, so does the daemon. Without such a session there is no timer.
 */
export class SessionDesk implements Disposable {
  readonly #parts: DeskParts;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#watchOwners();
  }

  /** Begins a session for a process. One that reached a daemon of another name is refused; the error is a sentence for the user. */
  start(request: SessionRequest, clientPid: number): Result<SessionStarted, string> {
    const owners = ownersOf(request, clientPid);
    if (!owners.ok) return owners;
    const { daemonName } = request;
    const known = this.#owned().map(({ request }) => request.daemonName).find((name) => name !== undefined);
    if (daemonName !== undefined && known !== undefined && known !== daemonName) {
      return err(`Cannot begin the session: this daemon is called ${known}, not ${daemonName}`);
    }
    const started = this.#parts.sessions.start(request, owners.value);
    if (!started.ok) return started;
    this.#watchOwners();
    const { id } = started.value;
    return ok({ id, startedMs: this.#parts.now(), journal: request.journal });
  }

  /** What is known of an open session. */
  report(id: string): SessionReport | undefined {
    const session = this.#parts.sessions.find(id);
    session?.readTimings();
    return session?.report(this.#parts.now());
  }

  /** Ends a session once its records are written; undefined if there's none of this id. */
  async end(id: string): Promise<SessionReport | undefined> {
    const session = this.#parts.sessions.find(id);
    if (session === undefined) return undefined;
    await this.#parts.journal.written();
    await this.#end(session);
    return session.report(this.#parts.now());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #end(session: Session): Promise<void> {
    const { sessions, lifecycle } = this.#parts;
    await sessions.end(session);
    if (session.owners.length === 0 || this.#owned().length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    lifecycle.hold(false);
    if (sessions.tally.active === 0) lifecycle.leave("owners gone");
  }

  #owned(): Session[] {
    return [...this.#parts.sessions.all].filter(({ owners }) => owners.length > 0);
  }

  #watchOwners(): void {
    if (this.#timer !== undefined || this.#owned().length === 0) return;
    this.#parts.lifecycle.hold(true);
    this.#timer = setInterval(() => this.#lookAfter(), this.#parts.ownersMs ?? OWNERS_MS);
  }

  #lookAfter(): void {
    for (const session of this.#owned()) {
      if (!session.owners.some(isRunning)) void this.#end(session);
    }
  }
}

function ownersOf({ owners }: SessionRequest, clientPid: number): Result<OwnerState[], string> {
  if (owners === undefined) return ok([]);
  const pids = owners.length > 0 ? owners : [parentOf(clientPid)];
  const found: OwnerState[] = [];
  for (const pid of pids) {
    if (pid === undefined) return err("Cannot tell who owns the session: name a process with --owner-pid");
    const owner = ownerOf(pid);
    if (owner === undefined) return err(`Cannot make process ${pid} the session's owner: it doesn't run`);
    found.push(owner);
  }
  return ok(found);
}
