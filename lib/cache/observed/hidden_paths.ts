import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Begins an archive that names its members instead of holding them. */
const THIN = "!<thin>\n";
/** Bit of a section's flags: its content is compressed. */
const COMPRESSED = 0x800;

/** What is read of a file at most: of its sections, of their names, of a thin archive. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads so many bytes from a place of a file; undefined for what isn't all there, or is more than is read. */
type Read = (at: number, size: number) => Uint8Array | undefined;

/**
 * Whether a linked file may depend on where it was made though a search for that path finds nothing: compressed
 * sections hold texts that can't be seen, and a thin archive tells the way from its own place to its members. What can't
 * be understood may hide anything.
 */
export function hidesPaths(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const read: Read = (at, count) => {
      if (at + count > size || count > MOST_BYTES) return undefined;
      const bytes = new Uint8Array(count);
      return readSync(fd, bytes, 0, count, at) === count ? bytes : undefined;
    };
    const magic = textOf(read(0, Math.min(size, 8)));
    if (magic === THIN) return textOf(read(0, size))?.includes("../") ?? true;
    if (!magic?.startsWith("\x7fELF")) return magic === undefined;
    const head = read(0, 64);
    return head === undefined || hasCompressed(head, read);
  } finally {
    closeSync(fd);
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder("latin1").decode(bytes);
}

/** Whether an ELF file has compressed sections, by their flags or, as they were made earlier, by their names. */
function hasCompressed(head: Uint8Array, read: Read): boolean {
  const isWide = head[4] === 2;
  const isLittle = head[5] === 1;
  const header = new DataView(head.buffer);
  const at = isWide ? Number(header.getBigUint64(0x28, isLittle)) : header.getUint32(0x20, isLittle);
  if (at === 0) return false;
  const [size, count, names] = [0, 2, 4].map((more) =>
    header.getUint16((isWide ? 0x3a : 0x2e) + more, isLittle)
  ) as [number, number, number];
  // more sections than the header can count are counted elsewhere
  if (size !== (isWide ? 64 : 40) || names >= count) return true;
  const table = read(at, size * count);
  if (table === undefined) return true;
  const sections = new DataView(table.buffer);
  const word = (section: number, wide: number, narrow: number) =>
    isWide
      ? Number(sections.getBigUint64(section * size + wide, isLittle))
      : sections.getUint32(section * size + narrow, isLittle);
  for (let i = 0; i < count; i++) if ((word(i, 8, 8) & COMPRESSED) !== 0) return true;
  return textOf(read(word(names, 0x18, 0x10), word(names, 0x20, 0x14)))?.includes(".zdebug") ?? true;
}
