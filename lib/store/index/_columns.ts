import type { SQLOutputValue } from "node:sqlite";

/** A row of the index says something that no writer of ours can have written. */
export class DamagedIndexError extends Error {
  override name = "DamagedIndexError";
}

type Column = SQLOutputValue | undefined;

/** A column that holds a number. Throws `DamagedIndexError`. */
export function asNumber(value: Column): number {
  if (typeof value === "number") return value;
  throw new DamagedIndexError(`Cannot read a column: expected a number, got ${typeof value}`);
}

/** A column that was read as a 64-bit integer. Throws `DamagedIndexError`. */
export function asBigInt(value: Column): bigint {
  if (typeof value === "bigint") return value;
  throw new DamagedIndexError(`Cannot read a column: expected a 64-bit integer, got ${typeof value}`);
}

/** A column that holds text. Throws `DamagedIndexError`. */
export function asText(value: Column): string {
  if (typeof value === "string") return value;
  throw new DamagedIndexError(`Cannot read a column: expected text, got ${typeof value}`);
}

/** A column that holds bytes. Throws `DamagedIndexError`. */
export function asBytes(value: Column): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new DamagedIndexError(`Cannot read a column: expected bytes, got ${typeof value}`);
}

/** The value of a JSON text. Throws `DamagedIndexError`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedIndexError(`Cannot read a column: ${error.message}`);
  }
}
