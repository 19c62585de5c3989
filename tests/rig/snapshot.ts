import fs from "node:fs";
import { sameBytes } from "./process.ts";

/** What stands at a path: everything a build could notice about it. */
export interface Entry {
  readonly kind: "file" | "link" | "folder" | "special";
  /** Permission bits; 0 for links. */
  readonly mode: number;
  /** A file's content, a link's target. */
  readonly bytes: Uint8Array;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
}

/** Everything below a folder, by relative path. */
export type Snapshot = ReadonlyMap<string, Entry>;

/** One path that a command made, wrote or removed. `after` is undefined if it is gone. */
export type Changes = ReadonlyMap<
  string,
  { readonly before?: Entry | undefined; readonly after?: Entry | undefined }
>;

/** Looks at everything below a folder; links are not followed, devices and pipes not opened. */
export function takeSnapshot(folder: string): Snapshot {
  const entries = new Map<string, Entry>();
  const visit = (relative: string) => {
    for (const name of fs.readdirSync(`${folder}/${relative}`).sort()) {
      const path = relative === "" ? name : `${relative}/${name}`;
      const entry = lookAt(`${folder}/${path}`);
      entries.set(path, entry);
      if (entry.kind === "folder") visit(path);
    }
  };
  visit("");
  return entries;
}

function lookAt(path: string): Entry {
  const stat = fs.lstatSync(path, { bigint: true });
  const kind = stat.isFile()
    ? "file"
    : stat.isSymbolicLink()
    ? "link"
    : stat.isDirectory()
    ? "folder"
    : "special";
  return {
    kind,
    mode: kind === "link" ? 0 : Number(stat.mode & 0o7777n),
    bytes: contentOf(path, kind),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    ino: stat.ino,
  };
}

function contentOf(path: string, kind: Entry["kind"]): Uint8Array {
  if (kind === "file") return Deno.readFileSync(path);
  if (kind === "link") return new TextEncoder().encode(Deno.readLinkSync(path));
  return new Uint8Array();
}

/** What happened between two snapshots. A file that was written again with the same content counts as changed. */
export function changesBetween(before: Snapshot, after: Snapshot): Changes {
  const changes = new Map<string, { before?: Entry | undefined; after?: Entry | undefined }>();
  for (const [path, old] of before) {
    const now = after.get(path);
    if (now === undefined || touched(old, now)) changes.set(path, { before: old, after: now });
  }
  for (const [path, now] of after) if (!before.has(path)) changes.set(path, { after: now });
  return changes;
}

/** A folder's own time stamps move with its entries, which are compared by themselves. */
function touched(old: Entry, now: Entry): boolean {
  if (old.kind !== now.kind || old.mode !== now.mode || !sameBytes(old.bytes, now.bytes)) return true;
  return old.kind !== "folder" && (old.mtimeNs !== now.mtimeNs || old.ino !== now.ino);
}

/** Puts a folder back to what it was, touching only what changed. */
export function undo(folder: string, changes: Changes): void {
  const paths = [...changes.keys()].sort();
  for (const path of paths.toReversed()) {
    const { before, after } = changes.get(path) ?? {};
    if (after !== undefined && (before === undefined || before.kind !== after.kind)) {
      Deno.removeSync(`${folder}/${path}`, { recursive: after.kind === "folder" });
    }
  }
  for (const path of paths) {
    const before = changes.get(path)?.before;
    if (before !== undefined) putBack(`${folder}/${path}`, before);
  }
}

function putBack(path: string, entry: Entry): void {
  if (entry.kind === "folder") Deno.mkdirSync(path, { recursive: true });
  else if (entry.kind === "link") {
    if (!fs.existsSync(path)) Deno.symlinkSync(new TextDecoder().decode(entry.bytes), path);
    return;
  } else if (entry.kind === "file") {
    Deno.writeFileSync(path, entry.bytes);
  } else throw new Error(`Cannot put back ${path}: the command replaced a special file`);
  Deno.chmodSync(path, entry.mode);
  const seconds = Number(entry.mtimeNs / 1000n) / 1e6;
  Deno.utimeSync(path, seconds, seconds);
}
