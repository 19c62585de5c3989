import { type Digest, digestBytes, isDigest } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";

/** What rustup's installer wrote down of a toolchain. */
export interface Installation {
  /** The lists themselves, and the channel's manifest with its packages' hashes. */
  readonly ids: readonly FileId[];
  readonly contents: readonly Digest[];
  /** By a file's path below the sysroot: when its list was written, in ns. */
  readonly listedAt: ReadonlyMap<string, bigint>;
}

/** The channel's manifest: it holds the hash of every package. */
const CHANNEL = "multirust-channel-manifest.toml";

/** Reads the installer's lists below a sysroot; there are none if something else installed it. */
export function readInstallation(sysroot: string, view: FileView): Installation {
  const folder = `${sysroot}/lib/rustlib`;
  const none = { ids: [], contents: [], listedAt: new Map<string, bigint>() };
  const components = readFile(`${folder}/components`);
  const channel = readList(`${folder}/${CHANNEL}`, view);
  if (components === undefined || channel === undefined) return none;
  const lists = [channel];
  const listedAt = new Map<string, bigint>();
  const decoder = new TextDecoder();
  for (const component of decoder.decode(components).split("\n").filter((name) => name !== "")) {
    const list = readList(`${folder}/manifest-${component}`, view);
    if (list === undefined) return none;
    lists.push(list);
    for (const line of decoder.decode(list.bytes).split("\n")) {
      if (line.startsWith("file:")) listedAt.set(line.slice("file:".length), list.ctimeNs);
    }
  }
  return { ids: lists.map(({ id }) => id), contents: lists.map(({ bytes }) => digestBytes(bytes)), listedAt };
}

interface List {
  readonly id: FileId;
  readonly bytes: Uint8Array;
  readonly ctimeNs: bigint;
}

/** The view would search a list for what compilers read in it, and the channel's has a megabyte. */
function readList(path: string, view: FileView): List | undefined {
  const id = view.trackIdentity(path);
  const stat = view.stat(id);
  if (stat === undefined || !isDigest(view.state(id))) return undefined;
  const bytes = readFile(path);
  return bytes && { id, bytes, ctimeNs: stat.ctimeNs };
}

/** How long after a file its list may be older, for file systems that keep whole seconds. */
const MARGIN_NS = 2_000_000_000n;

/** Whether a file is as the installer left it: on its list, and not touched since that was written. */
export function isCovered(
  installation: Installation,
  inside: string,
  stat: { readonly ctimeNs: bigint } | undefined,
): boolean {
  const listedAt = installation.listedAt.get(inside);
  return listedAt !== undefined && stat !== undefined && stat.ctimeNs <= listedAt + MARGIN_NS;
}

function readFile(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
