import { type Digest, digestBytes, digestText, isDigest } from "../../core/mod.ts";
import type { FileId, FileState, FileView } from "../../files/mod.ts";
import { nameOf } from "../paths.ts";

/** Where the system's loader finds libraries by their names; `ldconfig` makes it anew whenever something is installed. */
export const LOADER_CACHE = "/etc/ld.so.cache";

/** Prints the whole file for who asks. */
const PRINTER = /^ldconfig(?:\.|$)/;

/**
 * What the loader's cache says of the libraries that a run loaded or looked for; the rest of it is nothing to that run.
 */
export class LoaderCache {
  readonly #view: FileView;
  readonly #path: string;
  readonly #id: FileId;
  #known: { readonly state: FileState; readonly table: Table | undefined } | undefined;

  constructor(view: FileView, path = LOADER_CACHE) {
    this.#view = view;
    this.#path = path;
    this.#id = view.track(path);
  }

  /** What is there now. */
  get state(): FileState {
    return this.#view.state(this.#id);
  }

  /** What it says now to a run that came by these paths, as a digest: of all of it where it can't be understood or was printed. */
  saysTo(paths: readonly string[]): Digest {
    const { state } = this;
    const names = new Set(paths.map(nameOf));
    const table = [...names].some((name) => PRINTER.test(name)) ? undefined : this.#table(state);
    if (table === undefined) return digestText(state);
    return digestText(
      [...names].filter((name) => table.has(name)).sort().flatMap((name) => table.get(name)!).join("\0"),
    );
  }

  #table(state: FileState): Table | undefined {
    if (this.#known?.state !== state) {
      this.#known = { state, table: isDigest(state) ? read(this.#path, state) : undefined };
    }
    return this.#known.table;
  }
}

/** The cache's entries by the names of the libraries, each list in the order in which the loader comes by it. */
type Table = ReadonlyMap<string, readonly string[]>;

const MAGIC = "glibc-ld.so.cache1.1";
const HEAD_BYTES = 48;
const ENTRY_BYTES = 24;

/** Reads the format of glibc 2.2 and later; undefined for any other, or another content than that with the digest. */
function read(path: string, state: Digest): Table | undefined {
  const bytes = contentOf(path);
  if (bytes === undefined || digestBytes(bytes) !== state) return undefined;
  const text = new TextDecoder("latin1").decode(bytes);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!text.startsWith(MAGIC) || bytes.length < HEAD_BYTES) return undefined;
  const [count, more] = [data.getUint32(20, true), data.getUint32(32, true)];
  if (HEAD_BYTES + count * ENTRY_BYTES > bytes.length || more > bytes.length) return undefined;
  const processors = digestBytes(bytes.subarray(more));
  const wordAt = (at: number) => text.slice(at, text.indexOf("\0", at));
  const table = new Map<string, string[]>();
  for (let i = 0; i < count; i++) {
    const at = HEAD_BYTES + i * ENTRY_BYTES;
    const [name, found] = [wordAt(data.getUint32(at + 4, true)), wordAt(data.getUint32(at + 8, true))];
    const [kind, system] = [data.getUint32(at, true), data.getUint32(at + 12, true)];
    const processor = data.getBigUint64(at + 16, true);
    // which one that is stands at the end
    const only = processor === 0n ? "" : `${processor} of ${processors}`;
    const entry = `${name} ${kind} ${system} ${only} ${found}`;
    // so a run can't have come by a library without its name
    if (nameOf(found) !== name) return undefined;
    const others = table.get(name);
    if (others === undefined) table.set(name, [entry]);
    else others.push(entry);
  }
  return table;
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    // whatever keeps us from reading it
    if (error instanceof Error) return undefined;
    throw error;
  }
}
