import { isDigest } from "../../core/mod.ts";
import type { FileId, FileView } from "../../files/mod.ts";

/** What rustup's installer wrote down of a toolchain. */
export interface Installation {
  /** The lists themselves, and the channel's manifest with its packages' hashes. */
  readonly ids: readonly FileId[];
  readonly contents: readonly string[];
  /** By a file's path below the sysroot: when its list was written, in ns. */
  readonly listedAt: ReadonlyMap<string, bigint>;
}

/** The channel's manifest: it holds the hash of every package. */
const CHANNEL = "multirust-channel-manifest.toml";

/** Reads the installer's lists below a sysroot; there are none if something else installed it. */
export function readInstallation(sysroot: string, view: FileView): Installation {
  const folder = `${sysroot}/lib/rustlib`;
  const none = { ids: [], contents: [], listedAt: new Map<string, bigint>() };
  const components = readText(`${folder}/components`);
  const channel = view.track(`${folder}/${CHANNEL}`);
  if (components === undefined || !isDigest(view.state(channel))) return none;
  const ids = [channel];
  const listedAt = new Map<string, bigint>();
  for (const component of components.split("\n").filter((name) => name !== "")) {
    const path = `${folder}/manifest-${component}`;
    const id = view.track(path);
    const text = readText(path);
    const stat = view.stat(id);
    if (text === undefined || stat === undefined || !isDigest(view.state(id))) return none;
    ids.push(id);
    for (const line of text.split("\n")) {
      if (line.startsWith("file:")) listedAt.set(line.slice("file:".length), stat.ctimeNs);
    }
  }
  return { ids, contents: ids.map((id) => view.state(id)), listedAt };
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

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
