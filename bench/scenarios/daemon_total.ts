import { processFacts } from "../measure/process.ts";
import type { PeerSession } from "../peers/peer.ts";

/** What all processes that a cache keeps running have taken so far. */
export interface DaemonTotal {
  readonly cpuMs: number;
  readonly residentMib: number;
  /** The part that no file backs. */
  readonly privateMib: number;
}

/** What a cache's daemon takes now; zeros where there is none. */
export async function totalOf(session: PeerSession): Promise<DaemonTotal> {
  const facts = await Promise.all((await session.daemons()).map(processFacts));
  const sum = (of: (fact: DaemonTotal) => number) => facts.reduce((a, fact) => a + of(fact), 0);
  return {
    cpuMs: sum((f) => f.cpuMs),
    residentMib: sum((f) => f.residentMib),
    privateMib: sum((f) => f.privateMib),
  };
}
