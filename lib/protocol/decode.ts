import { PRIORITIES } from "../core/mod.ts";
import { decode } from "@msgpack/msgpack";
import { LENGTH_BYTES } from "./encode.ts";
import { byteString, Fields, FrameError, list, utf8Text, wholeNumber } from "./fields.ts";
import {
  type Caller,
  type DeliveredFile,
  DELIVERIES,
  type Delivery,
  KIND,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
  type Reply,
  type ReportRequest,
  type Request,
  RUN,
  type RunReply,
} from "./messages.ts";

/** The protocol number of a payload, read without trusting anything behind it; undefined if there is none. */
export function protocolOf(payload: Uint8Array): number | undefined {
  const [head, version] = payload;
  return head !== undefined && (head & 0xf0) === 0x90 && version !== undefined && version < 0x80
    ? version
    : undefined;
}

/** Whether a payload of another protocol is at least a whole message, and not just bytes that begin like one. */
export function isWholeMessage(payload: Uint8Array): boolean {
  const limit = payload.length;
  try {
    const limits = {
      maxStrLength: limit,
      maxBinLength: limit,
      maxArrayLength: limit,
      maxMapLength: limit,
      maxExtLength: limit,
    };
    return Array.isArray(decode(payload, limits));
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/**
 * The length in front of a payload, once its four bytes are there; undefined before.
 * Throws `FrameError` if it's above `limit`, before anything is allocated for it.
 */
export function payloadLength(bytes: Uint8Array, limit: number): number | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length > limit) throw new FrameError(`Cannot take the frame: ${length} bytes are more than ${limit}`);
  return length;
}

/** Reads a request's payload. Byte fields are views of it. Throws `FrameError`. */
export function decodeRequest(payload: Uint8Array): Request {
  const fields = new Fields(payload, MAX_REQUEST_BYTES);
  switch (fields.kind) {
    case KIND.ping:
      return fields.end({ kind: "ping" });
    case KIND.shutdown:
      return fields.end({ kind: "shutdown" });
    case KIND.compile:
      return fields.end({ kind: "compile", ...callerOf(fields) });
    case KIND.command:
      return fields.end({ kind: "command", ...callerOf(fields) });
    case KIND.report:
      return fields.end({
        kind: "report",
        ticket: fields.uint(),
        exit: fields.int(),
        signal: fields.uint(),
        wallNs: fields.uint(),
        snapshotNs: fields.uint(),
        ...reportFlags(fields.uint()),
        stdout: fields.bytes(),
        stderr: fields.bytes(),
        outputs: fields.array().map((item) => item === null ? undefined : sizeAndMode(item)),
      });
    case KIND.preprocessed:
      return fields.end({
        kind: "preprocessed",
        ticket: fields.uint(),
        exit: fields.int(),
        wallNs: fields.uint(),
      });
    default:
      throw new FrameError(`Cannot take the request: kind ${fields.kind} is not known`);
  }
}

/** Reads a reply's payload. Throws `FrameError`. */
export function decodeReply(payload: Uint8Array): Reply {
  const fields = new Fields(payload, MAX_REPLY_BYTES);
  switch (fields.kind) {
    case KIND.deliver:
      return fields.end({
        kind: "deliver",
        exit: fields.int(),
        stdout: fields.bytes(),
        stderr: fields.bytes(),
        files: fields.array().map(deliveredFile),
        delivery: deliveryOf(fields.uint()),
        ...timingOf(fields.orNil(), fields.uint()),
      });
    case KIND.run:
      return fields.end(runOf(fields));
    case KIND.bypass:
      return fields.end({ kind: "bypass", code: fields.uint(), env: fields.texts() });
    case KIND.refuse:
      return fields.end({ kind: "refuse", exit: fields.int(), stderr: fields.text() });
    case KIND.preprocess:
      return fields.end({
        kind: "preprocess",
        ticket: fields.uint(),
        tool: fields.text(),
        argv: fields.texts(),
        env: fields.texts(),
        into: fields.text(),
      });
    case KIND.output:
      return fields.end({ kind: "output", exit: fields.int(), stdout: fields.text(), stderr: fields.text() });
    case KIND.runHere:
      return fields.end({ kind: "run-here" });
    case KIND.done:
      return fields.end({ kind: "done", files: fields.array().map(deliveredFile) });
    case KIND.pong:
      return fields.end({ kind: "pong", release: fields.uint(), pid: fields.uint() });
    default:
      throw new FrameError(`Cannot take the reply: kind ${fields.kind} is not known`);
  }
}

function callerOf(fields: Fields): Caller {
  return {
    pid: fields.uint(),
    release: fields.uint(),
    connectUs: fields.uint(),
    session: fields.bytes(),
    flags: fields.uint(),
    columns: fields.uint(),
    umask: fields.uint(),
    rootFolder: fields.text(),
    cwd: fields.bytes(),
    argv: fields.array().map(byteString),
    env: fields.bytes(),
  };
}

function timingOf(path: string | undefined, mark: number): { timing?: { path: string; mark: number } } {
  return path === undefined ? {} : { timing: { path, mark } };
}

function runFlags(
  flags: number,
): Pick<RunReply, "waits" | "priority" | "exactStreams" | "lists" | "lingers" | "mayBeLate" | "several"> {
  const priority = PRIORITIES[(flags >> RUN.priorityShift) & RUN.priorityMask];
  if (priority === undefined || flags >= RUN.unknown) {
    throw new FrameError(`Cannot take the flags: ${flags} has unknown ones`);
  }
  return {
    waits: (flags & RUN.waits) !== 0,
    exactStreams: (flags & RUN.exactStreams) !== 0,
    lists: (flags & RUN.lists) !== 0,
    lingers: (flags & RUN.lingers) !== 0,
    mayBeLate: (flags & RUN.mayBeLate) !== 0,
    several: (flags & RUN.several) !== 0,
    priority,
  };
}

function reportFlags(flags: number): Pick<ReportRequest, "truncated" | "priorityDenied" | "late"> {
  return { truncated: (flags & 1) !== 0, priorityDenied: (flags & 2) !== 0, late: (flags & 4) !== 0 };
}

function runOf(fields: Fields): RunReply {
  return {
    kind: "run",
    ticket: fields.uint(),
    tool: fields.text(),
    argv: fields.texts(),
    env: fields.texts(),
    outputs: fields.texts(),
    snapshot: fields.text(),
    captureLimit: fields.uint(),
    ...runFlags(fields.uint()),
    files: fields.array().map(deliveredFile),
    delivery: deliveryOf(fields.uint()),
  };
}

function deliveryOf(code: number): Delivery {
  for (const word of ["auto", "copy", "reflink"] as const) if (DELIVERIES[word] === code) return word;
  throw new FrameError(`Cannot take the delivery: ${code} is not known`);
}

function deliveredFile(item: unknown): DeliveredFile {
  const [dest, mode, from, inline, ...rest] = list(item, "a file");
  if (rest.length > 0) throw new FrameError("Cannot take a file: fields left over");
  const base = { dest: utf8Text(byteString(dest)), mode: wholeNumber(mode) };
  if (from !== null && inline === null) return { ...base, from: utf8Text(byteString(from)) };
  if (from === null && inline !== null) return { ...base, inline: byteString(inline) };
  throw new FrameError("Cannot take a file: it has no content or two");
}

function sizeAndMode(item: unknown): { size: number; mode: number } {
  const [size, mode, ...rest] = list(item, "an output");
  if (rest.length > 0) throw new FrameError("Cannot take an output: fields left over");
  return { size: wholeNumber(size), mode: wholeNumber(mode) };
}
