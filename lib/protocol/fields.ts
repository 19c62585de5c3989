import { decode } from "@msgpack/msgpack";
import { PROTOCOL } from "./messages.ts";

/** Thrown for bytes that are not a frame of this protocol; the message names the first thing that is wrong. */
export class FrameError extends Error {
  override name = "FrameError";
}

/** Takes the fields of a payload one after another and checks each one's type; everything here throws `FrameError`. */
export class Fields {
  readonly kind: number;
  readonly #items: readonly unknown[];
  #next = 2;

  constructor(payload: Uint8Array, limit: number) {
    this.#items = list(unpack(payload, limit), "the payload");
    if (this.#items[0] !== PROTOCOL) {
      throw new FrameError(`Cannot take the frame: protocol ${String(this.#items[0])}`);
    }
    this.kind = wholeNumber(this.#items[1]);
  }

  uint(): number {
    const value = this.int();
    if (value < 0) throw new FrameError(`Cannot take field ${this.#next - 1}: ${value} is negative`);
    return value;
  }

  int(): number {
    return wholeNumber(this.#items[this.#next++]);
  }

  bytes(): Uint8Array {
    return byteString(this.#items[this.#next++]);
  }

  text(): string {
    return utf8Text(this.bytes());
  }

  /** A text or nil. */
  orNil(): string | undefined {
    const item = this.#items[this.#next++];
    return item === null ? undefined : utf8Text(byteString(item));
  }

  array(): readonly unknown[] {
    return list(this.#items[this.#next++], `field ${this.#next - 1}`);
  }

  texts(): string[] {
    return this.array().map((item) => utf8Text(byteString(item)));
  }

  /** Hands the message on if no field is left over. */
  end<T>(message: T): T {
    if (this.#next === this.#items.length) return message;
    throw new FrameError(`Cannot take the frame: ${this.#items.length - this.#next} fields left over`);
  }
}

function unpack(payload: Uint8Array, limit: number): unknown {
  try {
    // no maps, no extension types: neither is in the grammar
    return decode(payload, {
      maxStrLength: 0,
      maxMapLength: 0,
      maxExtLength: 0,
      maxBinLength: limit,
      maxArrayLength: limit,
    });
  } catch (error) {
    if (error instanceof Error) throw new FrameError(`Cannot take the frame: ${error.message}`);
    throw error;
  }
}

/** An array as it is; `what` names it in the error. */
export function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FrameError(`Cannot take ${what}: not an array`);
}

/** A whole number that a double holds exactly. */
export function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new FrameError(`Cannot take a number: ${typeof value}`);
}

/** Bytes, as a view. */
export function byteString(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new FrameError(`Cannot take bytes: ${typeof value}`);
}

/** Bytes as a text. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new FrameError("Cannot take a text: not UTF-8");
    throw error;
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
