import { closeSync, openSync, readSync } from "node:fs";

/** Parts of a program's header, in bytes: how long it is, where it says where its table is, and what the table is like. */
const HEADER_BYTES = 64;
const TABLE_AT = 0x20;
const ROW_BYTES_AT = 0x36;
const ROWS_AT = 0x38;

/** The kind of row that names the interpreter, and where it says so, in bytes. */
const INTERPRETER = 3;
const OFFSET_AT = 8;
const SIZE_AT = 0x20;

const ROW_BYTES = 56;
const MOST_ROWS = 100;
const MOST_BYTES = 4096;

/**
 * The loader that the kernel would run for a program (absolute path); undefined for what has none, a script or a static program,
 * and for what isn't made for a little-endian machine of 64 bits.
 */
export function interpreterOf(program: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(program, "r");
    return interpreterIn(fd);
  } catch (error) {
    // gone, a folder, or not for us to see
    if (error instanceof Error) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function interpreterIn(fd: number): string | undefined {
  const header = bytesOf(fd, 0, HEADER_BYTES);
  // \x7fELF, 64 bits, little-endian
  if (header?.getUint32(0) !== 0x7f454c46 || header.getUint16(4) !== 0x0201) return undefined;
  const rows = header.getUint16(ROWS_AT, true);
  if (header.getUint16(ROW_BYTES_AT, true) !== ROW_BYTES || rows > MOST_ROWS) return undefined;
  const table = bytesOf(fd, Number(header.getBigUint64(TABLE_AT, true)), rows * ROW_BYTES);
  if (table === undefined) return undefined;
  for (let at = 0; at < table.byteLength; at += ROW_BYTES) {
    if (table.getUint32(at, true) !== INTERPRETER) continue;
    const size = Number(table.getBigUint64(at + SIZE_AT, true));
    const text = size > MOST_BYTES
      ? undefined
      : bytesOf(fd, Number(table.getBigUint64(at + OFFSET_AT, true)), size);
    const path = text && new TextDecoder().decode(text).replace(/\0$/, "");
    return path?.startsWith("/") ? path : undefined;
  }
  return undefined;
}

function bytesOf(fd: number, at: number, count: number): DataView | undefined {
  const bytes = new Uint8Array(count);
  if (!Number.isSafeInteger(at) || readSync(fd, bytes, 0, count, at) !== count) return undefined;
  return new DataView(bytes.buffer);
}
