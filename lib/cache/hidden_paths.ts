import { closeSync, openSync, readSync } from "node:fs";

/** Begins an archive that names its members instead of holding them. */
const THIN = "!<thin>\n";
/** Bit of a section's flags: its content is compressed. */
const COMPRESSED = 0x800;

/**
 * Whether a linked file may depend on where it was made though a search for that path finds nothing: compressed
 * sections hold texts that can't be seen, and a thin archive tells the way from its own place to its members.
 */
export function hidesPaths(path: string): boolean {
  const fd = openSync(path, "r");
  const read = (at: number, size: number) => {
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readSync(fd, bytes, 0, size, at));
  };
  try {
    const head = read(0, 64);
    const magic = new TextDecoder("latin1").decode(head.subarray(0, 8));
    if (magic === THIN) return climbs(Deno.readFileSync(path));
    return magic.startsWith("\x7fELF") && head.length === 64 && hasCompressed(head, read);
  } finally {
    closeSync(fd);
  }
}

function climbs(archive: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(archive).includes("../");
}

/** Whether an ELF file has compressed sections, by their flags or, as they were made earlier, by their names. */
function hasCompressed(head: Uint8Array, read: (at: number, size: number) => Uint8Array): boolean {
  const isWide = head[4] === 2;
  const isLittle = head[5] === 1;
  const header = new DataView(head.buffer);
  const at = isWide ? Number(header.getBigUint64(0x28, isLittle)) : header.getUint32(0x20, isLittle);
  const [size, count, names] = [0, 2, 4].map((more) =>
    header.getUint16((isWide ? 0x3a : 0x2e) + more, isLittle)
  ) as [number, number, number];
  const table = read(at, size * count);
  const sections = new DataView(table.buffer, 0, table.length);
  const word = (section: number, wide: number, narrow: number) =>
    isWide
      ? Number(sections.getBigUint64(section * size + wide, isLittle))
      : sections.getUint32(section * size + narrow, isLittle);
  if (at === 0 || count === 0 || table.length < size * count) return false;
  for (let i = 0; i < count; i++) if ((word(i, 8, 8) & COMPRESSED) !== 0) return true;
  const text = new TextDecoder("latin1").decode(read(word(names, 0x18, 0x10), word(names, 0x20, 0x14)));
  return text.includes(".zdebug");
}
