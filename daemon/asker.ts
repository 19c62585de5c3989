import { Stopwatch } from "../lib/core/mod.ts";
import { connectUsOf, sessionOf } from "../lib/protocol/mod.ts";
import type { Sessions } from "../lib/sessions/mod.ts";
import type { Asker } from "./outcomes.ts";

const latin1 = new TextDecoder("latin1");

/** Tells by their heads who sends the payloads of compile requests. */
export class Askers {
  readonly #sessions: Sessions;
  /** The last id, since most requests in a row are of one session. */
  #last = new Uint8Array();
  #lastId: string | null = null;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  of(payload: Uint8Array): Asker {
    const since = performance.now();
    const sessionId = this.#sessionIdOf(payload);
    if (sessionId === null) return { since, sessionId, session: undefined, watch: undefined };
    const session = this.#sessions.find(sessionId);
    if (!session?.isProfiled) return { since, sessionId, session, watch: undefined };
    const watch = new Stopwatch(since);
    watch.add("connect", connectUsOf(payload) * 1000);
    return { since, sessionId, session, watch };
  }

  #sessionIdOf(payload: Uint8Array): string | null {
    const bytes = sessionOf(payload);
    if (bytes.length === 0) return null;
    if (isSame(bytes, this.#last)) return this.#lastId;
    this.#last = bytes.slice();
    this.#lastId = idOf(latin1.decode(bytes));
    return this.#lastId;
  }
}

/** The id, if it has the form of one: what else stands in the variable is nobody's session. */
function idOf(text: string): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
