import type { ReasonRows } from "./rows.ts";

/** Something of ours went wrong. */
export const FAULT_REASONS = {
  "daemon-fault": {
    code: 110,
    text: "unexpected error in the daemon",
    remedy: "see zccache crashes and ROOT/logs/daemon.log, and report it",
  },
  "store-fault": {
    code: 111,
    text: "the store could not be read or written",
    remedy: "see that the volume has room and the cache root can be written; zccache doctor checks both",
  },
  "version-mismatch": {
    code: 112,
    text: "launcher and daemon are of different versions",
    remedy: "zccache stop ends the old daemon; zccache doctor looks for several installations",
  },
  "bad-request": {
    code: 114,
    text: "the request was malformed",
    remedy: "zccache doctor looks for several installations; report it if there is one only",
  },
} as const satisfies ReasonRows;
