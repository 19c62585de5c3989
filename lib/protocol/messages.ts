/** The protocol's messages as values; docs/protocol.md has the grammar and the meaning of each field. */

import type { Priority } from "../core/mod.ts";

/** The version of the frames themselves. */
export const PROTOCOL = 3;

/** Limits that are checked before anything is allocated. */
export const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** How many files a reply may name. */
export const MAX_FILES = 1024;

/** Wire numbers; never reused. */
export const KIND = {
  ping: 0,
  shutdown: 1,
  compile: 9,
  report: 32,
  preprocessed: 33,
  command: 34,
  deliver: 64,
  run: 65,
  bypass: 66,
  refuse: 67,
  preprocess: 68,
  output: 69,
  runHere: 70,
  done: 71,
  pong: 72,
} as const;

/** Bits of `flags` in `CompileRequest` and `CommandRequest`. */
export const CALLER = {
  stdoutTerminal: 1,
  stderrTerminal: 2,
  stdinTerminal: 4,
  sameStream: 8,
  noInput: 16,
} as const;

/** Bits of `flags` in `RunReply`; the priority has three of its own. */
export const RUN = {
  waits: 1,
  priorityShift: 1,
  priorityMask: 7,
  exactStreams: 16,
  lists: 32,
  several: 64,
  lingers: 128,
  mayBeLate: 256,
  unknown: 512,
} as const;

/** How the launcher moves a blob to its place, with the wire numbers; 1 and 2, once hard links, stay unused. */
export const DELIVERIES = { auto: 0, copy: 3, reflink: 4 } as const;
export type Delivery = keyof typeof DELIVERIES;

/** What the launcher says of its caller. */
export interface Caller {
  readonly pid: number;
  readonly release: number;
  /** From the launcher's start to the request, in microseconds. */
  readonly connectUs: number;
  /** ZCCACHE_SESSION_ID, which is left out of `env`; empty for none, and for what is longer than 255 bytes. */
  readonly session: Uint8Array;
  /** Bits of `CALLER`. */
  readonly flags: number;
  readonly columns: number;
  readonly umask: number;
  /** What the process has as `/` (`rootFolder()`). */
  readonly rootFolder: string;
  readonly cwd: Uint8Array;
  readonly argv: readonly Uint8Array[];
  /** `NAME=VALUE\0` for each variable but ZCCACHE_SESSION_ID. */
  readonly env: Uint8Array;
}

export interface CompileRequest extends Caller {
  readonly kind: "compile";
}
export interface CommandRequest extends Caller {
  readonly kind: "command";
}
export interface PingRequest {
  readonly kind: "ping";
}
export interface ShutdownRequest {
  readonly kind: "shutdown";
}
/** What a tool did after a `RunReply`. */
export interface ReportRequest {
  readonly kind: "report";
  readonly ticket: number;
  /** The exit code, -1 if a signal ended the tool. */
  readonly exit: number;
  readonly signal: number;
  readonly wallNs: number;
  /** What copying the outputs took. */
  readonly snapshotNs: number;
  /** Whether a stream was longer than the capture limit. */
  readonly truncated: boolean;
  /** Whether the system refused the priority that was asked for. */
  readonly priorityDenied: boolean;
  /** Whether the daemon's copier has some of the copies still to make. */
  readonly late: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** In the order of the plan: the copy's size and mode, or undefined where the tool left no regular file. */
  readonly outputs: readonly ({ readonly size: number; readonly mode: number } | undefined)[];
}
export interface PreprocessedRequest {
  readonly kind: "preprocessed";
  readonly ticket: number;
  readonly exit: number;
  readonly wallNs: number;
}

export type Request =
  | CompileRequest
  | CommandRequest
  | PingRequest
  | ShutdownRequest
  | ReportRequest
  | PreprocessedRequest;

/** File types in `DeliveredFile.mode`; a plain file has none of them. */
export const TYPE_BITS = 0o170000;
export const LINK_BITS = 0o120000;
export const FOLDER_BITS = 0o040000;

/** One file of a hit: copied from `from`, or written from `inline`. */
export interface DeliveredFile {
  readonly dest: string;
  /**
   * 0o666 or 0o777, before the caller's mask; with `LINK_BITS` a symbolic link whose text is `inline`, with `FOLDER_BITS` a
   * folder that is made unless it is there, with `WRITTEN_INTO` or `MADE_ANEW` what those say.
   */
  readonly mode: number;
  readonly from?: string;
  readonly inline?: Uint8Array;
}

export interface DeliverReply {
  readonly kind: "deliver";
  readonly exit: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly files: readonly DeliveredFile[];
  readonly delivery: Delivery;
  /** The file that the launcher shall append to what delivering took, under this number. */
  readonly timing?: { readonly path: string; readonly mark: number };
}
export interface RunReply {
  readonly kind: "run";
  readonly ticket: number;
  readonly tool: string;
  readonly argv: readonly string[];
  /** `NAME=VALUE` to set, `NAME` to unset. */
  readonly env: readonly string[];
  readonly outputs: readonly string[];
  /** The folder that takes the copies `0`, `1`, … */
  readonly snapshot: string;
  readonly captureLimit: number;
  /** Whether the launcher waits for a `DoneReply` before it exits. */
  readonly waits: boolean;
  /**
   * Whether the tool's output streams must be what the caller's are: a terminal where that is one, and one stream where both
   * are the same file. Otherwise only stderr may be a terminal, and both are kept apart.
   */
  readonly exactStreams: boolean;
  readonly priority: Priority;
  /** Whether `snapshot/dep` is to be a pipe, and what the tool writes there to be found in `snapshot/deps`. */
  readonly lists: boolean;
  /** Whether the launcher gives the daemon a moment after the report, until any reply comes, before it exits. */
  readonly lingers: boolean;
  /** Whether large outputs may be handed to the daemon's copier, which listens at `.copier` beside the folder `snapshot`. */
  readonly mayBeLate: boolean;
  /** Whether the tool compiles several sources: outputs are copied though one of them fails. */
  readonly several: boolean;
  /** What is delivered before the tool runs. */
  readonly files: readonly DeliveredFile[];
  readonly delivery: Delivery;
}
export interface BypassReply {
  readonly kind: "bypass";
  /** The wire code of a `Reason`. */
  readonly code: number;
  /** `NAME=VALUE` to set, `NAME` to unset. */
  readonly env?: readonly string[];
}
export interface RefuseReply {
  readonly kind: "refuse";
  readonly exit: number;
  readonly stderr: string;
}
export interface PreprocessReply {
  readonly kind: "preprocess";
  readonly ticket: number;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly into: string;
}
export interface OutputReply {
  readonly kind: "output";
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface RunHereReply {
  readonly kind: "run-here";
}
export interface DoneReply {
  readonly kind: "done";
  readonly files: readonly DeliveredFile[];
}
export interface PongReply {
  readonly kind: "pong";
  readonly release: number;
  readonly pid: number;
}

export type Reply =
  | DeliverReply
  | RunReply
  | BypassReply
  | RefuseReply
  | PreprocessReply
  | OutputReply
  | RunHereReply
  | DoneReply
  | PongReply;
