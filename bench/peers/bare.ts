import type { Peer, PeerSession } from "./peer.ts";

/** The compiler itself, with nothing in front. */
export const bare: Peer = {
  name: "bare",
  version: () => Promise.resolve(""),
  open: () => Promise.resolve(session),
};

const session: PeerSession = {
  name: "bare",
  prefix: [],
  env: {},
  counts: () => Promise.resolve({ hits: 0, misses: 0 }),
  settle: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  daemons: () => Promise.resolve([]),
  stopDaemon: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
