/** Bytes read at a time; between two pieces others get their turn. */
const PIECE_BYTES = 256 * 1024;

/**
 * The lines of a journal and of the one that was rotated away, the newest first, in batches. Whoever has seen enough stops
 * asking. A journal that isn't there has no lines; a line that is still being written comes as far as it is written.
 */
export async function* readNewestFirst(path: string): AsyncGenerator<string[], void> {
  yield* linesBackwards(path);
  yield* linesBackwards(`${path}.1`);
}

/** The same, the oldest first. */
export async function* readOldestFirst(path: string): AsyncGenerator<string[], void> {
  yield* linesForwards(`${path}.1`);
  yield* linesForwards(path);
}

async function* linesBackwards(path: string): AsyncGenerator<string[], void> {
  using file = await openIfThere(path);
  if (file === undefined) return;
  let end = (await file.stat()).size;
  let tail = new Uint8Array(0);
  while (end > 0) {
    const start = Math.max(0, end - PIECE_BYTES);
    const bytes = concatenated(await readAt(file, start, end - start), tail);
    end = start;
    // what stands before the first line break belongs to a line of the piece before
    const first = start === 0 ? -1 : bytes.indexOf(NEWLINE);
    if (start > 0 && first < 0) {
      tail = bytes;
      continue;
    }
    tail = bytes.slice(0, first + 1);
    yield textLines(bytes.subarray(first + 1)).reverse();
  }
}

async function* linesForwards(path: string): AsyncGenerator<string[], void> {
  using file = await openIfThere(path);
  if (file === undefined) return;
  let rest = new Uint8Array(0);
  const piece = new Uint8Array(PIECE_BYTES);
  for (let got = await file.read(piece); got !== null; got = await file.read(piece)) {
    const bytes = concatenated(rest, piece.subarray(0, got));
    const last = bytes.lastIndexOf(NEWLINE);
    rest = bytes.slice(last + 1);
    if (last >= 0) yield textLines(bytes.subarray(0, last));
  }
  if (rest.length > 0) yield textLines(rest);
}

const NEWLINE = 0x0a;

function textLines(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split("\n").filter((line) => line !== "");
}

async function readAt(file: Deno.FsFile, at: number, length: number): Promise<Uint8Array> {
  await file.seek(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const got = await file.read(bytes.subarray(filled));
    if (got === null) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
