import { Stopwatch } from "../lib/core/mod.ts";
import { connectUsOf, sessionOf } from "../lib/protocol/mod.ts";
import type { Sessions } from "../lib/sessions/mod.ts";
import type { Asker } from "./outcomes.ts";

const latin1 = new TextDecoder("latin1");

/** Who sent the payload of a compile request, by its head. */
export function askerOf(payload: Uint8Array, sessions: Sessions): Asker {
  const since = performance.now();
  const sessionId = sessionIdOf(payload);
  if (sessionId === null) return { since, sessionId, session: undefined, watch: undefined };
  const session = sessions.find(sessionId);
  if (!session?.isProfiled) return { since, sessionId, session, watch: undefined };
  const watch = new Stopwatch(since);
  watch.add("connect", connectUsOf(payload) * 1000);
  return { since, sessionId, session, watch };
}

/** The id, if it has the form of one: what else stands in the variable is nobody's session. */
function sessionIdOf(payload: Uint8Array): string | null {
  const bytes = sessionOf(payload);
  if (bytes.length === 0) return null;
  const text = latin1.decode(bytes);
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
}
