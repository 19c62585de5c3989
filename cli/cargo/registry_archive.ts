import { Buffer } from "node:buffer";
import type { ReadEntry } from "tar";
import { err, ok, type Result } from "../../lib/core/mod.ts";
import { isThere } from "../is_there.ts";
import { Staging } from "./staging.ts";

/** What of cargo's home goes into an archive: what would have to be downloaded again. No credentials, programs, sources. */
export const KEPT = ["registry/index", "registry/cache", "git/db"] as const;

/** How large an archive may become when it is unpacked; registries of large projects take a few gigabytes. */
export const LIMITS: ArchiveLimits = { entries: 2_000_000, bytes: 64 * 1024 ** 3 };

/** What is taken from an archive at most. */
export interface ArchiveLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Told how many bytes were read or files written so far. */
export type Told = (amount: number) => void;

/** What stands in the kept folders; each of these may itself be a link to another volume. */
export function keptIn(home: string): string[] {
  return KEPT.flatMap((folder) => namesIn(`${home}/${folder}`).sort().map((name) => `${folder}/${name}`));
}

/**
 * Writes these files and folders of cargo's home into an archive, which is whole or not there. Throws what writing a file
 * throws.
 */
export async function saveRegistry(
  { home, kept, archive }: { home: string; kept: readonly string[]; archive: string },
  told: Told,
): Promise<void> {
  const { create } = await import("tar");
  const temporary = `${archive}.${Deno.pid}.partial`;
  let files = 0;
  try {
    // made here, so that nobody else may read it
    Deno.openSync(temporary, { create: true, write: true, truncate: true, mode: 0o600 }).close();
    await create({
      file: temporary,
      cwd: home,
      // crates are compressed already
      gzip: { level: 1 },
      portable: true,
      strict: true,
      linkCache: new ForgetfulMap(),
      filter: (_path, stat) => "isFile" in stat && (stat.isFile() || stat.isDirectory()),
      onWriteEntry: () => told(++files),
    }, [...kept]);
    await Deno.rename(temporary, archive);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** A file with several names is written out under each: what is restored has no links. */
class ForgetfulMap<K, V> extends Map<K, V> {
  override get(): undefined {}
}

/** What restoring came to. */
export interface Restored {
  readonly files: number;
  /** Files that were there already, and stay. */
  readonly kept: number;
}

/**
 * Unpacks an archive, which nobody is trusted to have made well, into cargo's home. It goes to a folder of its own first, so a
 * bad archive leaves nothing; then file by file to its place, where what is there stays. The error is a sentence's end.
 */
export async function restoreRegistry(
  { archive, home, limits = LIMITS }: { archive: string; home: string; limits?: ArchiveLimits },
  told: Told,
): Promise<Result<Restored, string>> {
  await using staging = await Staging.open(home);
  const refused = await unpack({ archive, into: staging.content, limits }, told);
  return refused === undefined ? ok(await moveAll(staging.content, home)) : err(refused);
}

async function unpack(
  { archive, into, limits }: { archive: string; into: string; limits: ArchiveLimits },
  told: Told,
): Promise<string | undefined> {
  const { UnpackSync } = await import("tar");
  const inspector = new Inspector(limits);
  let failure: string | undefined;
  // nothing may go on being written once the archive is refused
  const unpack = new UnpackSync({
    cwd: into,
    strict: true,
    preserveOwner: false,
    filter: (path, entry) => "type" in entry && inspector.allows(path, entry),
  });
  unpack.on("error", (error: unknown) => failure ??= error instanceof Error ? error.message : String(error));
  let bytes = 0;
  for await (const chunk of (await Deno.open(archive)).readable) {
    unpack.write(Buffer.from(chunk));
    told(bytes += chunk.length);
    if (inspector.refused !== undefined || failure !== undefined) break;
  }
  if (inspector.refused === undefined && failure === undefined) unpack.end();
  if (inspector.refused !== undefined) return inspector.refused;
  if (failure !== undefined) return `it is damaged: ${failure}`;
  return inspector.entries === 0 ? "it holds nothing" : undefined;
}

/** Says of each entry of an archive whether it may be written; the first that may not ends it. */
class Inspector {
  readonly #limits: ArchiveLimits;
  refused: string | undefined;
  entries = 0;
  #bytes = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  allows(path: string, entry: ReadEntry): boolean {
    this.refused ??= this.#whyNot(path, entry);
    // whatever rights it was saved with, it's the caller's now
    entry.mode = entry.type === "Directory" ? 0o755 : 0o644;
    return this.refused === undefined;
  }

  #whyNot(path: string, { type, size }: ReadEntry): string | undefined {
    this.entries++;
    this.#bytes += size;
    if (!isKept(path, type === "Directory")) return `${JSON.stringify(path)} is no part of a registry`;
    if (type !== "File" && type !== "OldFile" && type !== "Directory") {
      return `${JSON.stringify(path)} is neither a file nor a folder`;
    }
    if (this.entries > this.#limits.entries) return `it holds more than ${this.#limits.entries} files`;
    if (this.#bytes > this.#limits.bytes) return `it holds more than ${this.#limits.bytes} bytes`;
    return undefined;
  }
}

/** Whether a path of an archive is one of the kept folders or in one, on any system. */
function isKept(path: string, isFolder: boolean): boolean {
  const whole = path.replace(/\/$/, "");
  if (whole.split("/").some((name) => /^\.{0,2}$|[\\:\0]/.test(name))) return false;
  return KEPT.some((folder) => whole === folder && isFolder || whole.startsWith(`${folder}/`));
}

/** Moves every file to its place unless one is there. */
async function moveAll(from: string, to: string): Promise<Restored> {
  let [files, kept] = [0, 0];
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, place] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) {
      await Deno.mkdir(place, { recursive: true });
      const below = await moveAll(source, place);
      files += below.files;
      kept += below.kept;
    } else if (isThere(place)) kept++;
    else {
      await moveFile(source, place);
      files++;
    }
  }
  return { files, kept };
}

/** Cargo's folders may be links to another volume. */
async function moveFile(source: string, place: string): Promise<void> {
  try {
    await Deno.rename(source, place);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    const beside = `${place}.${Deno.pid}.partial`;
    await Deno.copyFile(source, beside);
    await Deno.rename(beside, place);
  }
}

/** The names in a folder; none if it isn't one. */
function namesIn(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}
