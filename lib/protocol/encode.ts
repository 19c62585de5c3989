import { encode } from "@msgpack/msgpack";
import { PRIORITIES, unreachable } from "../core/mod.ts";
import {
  type Caller,
  type DeliveredFile,
  DELIVERIES,
  KIND,
  PROTOCOL,
  type Reply,
  type ReportRequest,
  type Request,
  RUN,
  type RunReply,
} from "./messages.ts";

const utf8 = new TextEncoder();

/** Bytes of the length in front of each payload. */
export const LENGTH_BYTES = 4;

/** Where the session stands in the payload of a compile request: after the array's head, PROTOCOL, kind and three uint32. */
const SESSION_AT = 18;

/** Bytes that every compile request begins with, whatever its session. */
const LEAST_HEAD_BYTES = SESSION_AT + 2;

/** Most bytes of a session; a longer one is none. */
const MAX_SESSION_BYTES = 255;

/** Whether the payload of a compile request begins as one must. */
export function hasHead(payload: Uint8Array): boolean {
  const UINT32 = 0xce;
  const BIN8 = 0xc4;
  return payload.length >= LEAST_HEAD_BYTES && payload.length >= rememberedFrom(payload) &&
    payload[3] === UINT32 && payload[8] === UINT32 &&
    payload[13] === UINT32 && payload[SESSION_AT] === BIN8;
}

/** The session of a compile request's payload, which has its head; a view. */
export function sessionOf(payload: Uint8Array): Uint8Array {
  return payload.subarray(LEAST_HEAD_BYTES, rememberedFrom(payload));
}

/** The launcher's microseconds up to the request; its payload has its head. */
export function connectUsOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(14);
}

/**
 * Where the remembered part of a compile request begins in its payload, which has its head: after pid, release, time and
 * session. Two requests that are equal from here on ask for the same thing.
 */
export function rememberedFrom(payload: Uint8Array): number {
  return LEAST_HEAD_BYTES + (payload[SESSION_AT + 1] ?? 0);
}

/** A request as a frame. */
export function encodeRequest(request: Request): Uint8Array {
  switch (request.kind) {
    case "ping":
      return frame(encode([PROTOCOL, KIND.ping]));
    case "shutdown":
      return frame(encode([PROTOCOL, KIND.shutdown]));
    case "compile":
      return encodeCaller(KIND.compile, request);
    case "command":
      return encodeCaller(KIND.command, request);
    case "report":
      return frame(encode(reportFields(request)));
    case "preprocessed":
      return frame(encode([PROTOCOL, KIND.preprocessed, request.ticket, request.exit, request.wallNs]));
    default:
      return unreachable(request);
  }
}

/** A reply as a frame. */
export function encodeReply(reply: Reply): Uint8Array {
  return frame(encode(replyFields(reply)));
}

function replyFields(reply: Reply): unknown[] {
  switch (reply.kind) {
    case "deliver":
      return [
        PROTOCOL,
        KIND.deliver,
        reply.exit,
        reply.stdout,
        reply.stderr,
        reply.files.map(fileFields),
        DELIVERIES[reply.delivery],
        reply.timing === undefined ? null : utf8.encode(reply.timing.path),
        reply.timing?.mark ?? 0,
      ];
    case "run":
      return [
        PROTOCOL,
        KIND.run,
        reply.ticket,
        utf8.encode(reply.tool),
        texts(reply.argv),
        texts(reply.env),
        texts(reply.outputs),
        utf8.encode(reply.snapshot),
        reply.captureLimit,
        runFlags(reply),
        reply.files.map(fileFields),
        DELIVERIES[reply.delivery],
      ];
    case "bypass":
      return [PROTOCOL, KIND.bypass, reply.code, texts(reply.env ?? [])];
    case "refuse":
      return [PROTOCOL, KIND.refuse, reply.exit, utf8.encode(reply.stderr)];
    case "preprocess":
      return [
        PROTOCOL,
        KIND.preprocess,
        reply.ticket,
        utf8.encode(reply.tool),
        texts(reply.argv),
        texts(reply.env),
        utf8.encode(reply.into),
      ];
    case "output":
      return [PROTOCOL, KIND.output, reply.exit, utf8.encode(reply.stdout), utf8.encode(reply.stderr)];
    case "run-here":
      return [PROTOCOL, KIND.runHere];
    case "done":
      return [PROTOCOL, KIND.done, reply.files.map(fileFields)];
    case "pong":
      return [PROTOCOL, KIND.pong, reply.release, reply.pid];
    default:
      return unreachable(reply);
  }
}

function runFlags(reply: RunReply): number {
  return (reply.waits ? RUN.waits : 0) | (reply.lists ? RUN.lists : 0) |
    (reply.several ? RUN.several : 0) | (reply.lingers ? RUN.lingers : 0) |
    (reply.mayBeLate ? RUN.mayBeLate : 0) |
    (reply.exactStreams ? RUN.exactStreams : 0) |
    PRIORITIES.indexOf(reply.priority) << RUN.priorityShift;
}

function reportFields(report: ReportRequest): unknown[] {
  return [
    PROTOCOL,
    KIND.report,
    report.ticket,
    report.exit,
    report.signal,
    report.wallNs,
    report.snapshotNs,
    (report.truncated ? 1 : 0) | (report.priorityDenied ? 2 : 0) | (report.late ? 4 : 0),
    report.stdout,
    report.stderr,
    report.outputs.map((output) => output === undefined ? null : [output.size, output.mode]),
  ];
}

function fileFields(file: DeliveredFile): unknown[] {
  return [
    utf8.encode(file.dest),
    file.mode,
    file.from === undefined ? null : utf8.encode(file.from),
    file.inline ?? null,
  ];
}

function texts(values: readonly string[]): Uint8Array[] {
  return values.map((value) => utf8.encode(value));
}

/** The head has a fixed form, so that what is remembered begins where `rememberedFrom` says. */
function encodeCaller(kind: number, caller: Caller): Uint8Array {
  const session = caller.session.length > MAX_SESSION_BYTES ? new Uint8Array() : caller.session;
  const head = new Uint8Array(LEAST_HEAD_BYTES + session.length);
  const view = new DataView(head.buffer);
  head[0] = 0x9d; // an array of thirteen
  head[1] = PROTOCOL;
  head[2] = kind;
  head[3] = 0xce; // uint32
  view.setUint32(4, caller.pid);
  head[8] = 0xce;
  view.setUint32(9, caller.release);
  head[13] = 0xce;
  view.setUint32(14, caller.connectUs);
  head[SESSION_AT] = 0xc4; // up to 255 bytes
  head[SESSION_AT + 1] = session.length;
  head.set(session, LEAST_HEAD_BYTES);
  const fields = [caller.flags, caller.columns, caller.umask, utf8.encode(caller.rootFolder), caller.cwd, [
    ...caller.argv,
  ], caller.env];
  return frame(concat([head, ...fields.map((field) => encode(field))]));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function frame(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length);
  bytes.set(payload, LENGTH_BYTES);
  return bytes;
}
