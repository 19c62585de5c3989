import { type Digest, KeyRecipe } from "../../core/mod.ts";
import type { FolderShelf } from "../../store/mod.ts";
import type { CratePlan } from "../../tools/mod.ts";

/** The incremental data of a crate as one command makes and uses it. */
export interface IncrementalPlace {
  /** Stands for the compiler, its arguments and its folders: with any other, data is of no use or of doubtful use. */
  readonly key: Digest;
  /** What `-C incremental` names, absolute. */
  readonly folder: string;
  readonly crateName: string;
  /** Something that the compiler makes beside it, absolute: the dep-info, as cargo removes a program before the next compile. */
  readonly output: string | undefined;
}

/** A compile with incremental data that was begun. */
export interface IncrementalRun {
  readonly place: IncrementalPlace;
  readonly begunMs: number;
  /** The sessions that were put back for it. */
  readonly putBack: readonly string[];
}

/** Where a plan has its incremental data, if it asks for any; `resolve` makes paths absolute. */
export function incrementalPlace(
  { recipe, crateName, incremental, outputs }: CratePlan,
  resolve: (path: string) => string,
  toolchain: Digest,
): IncrementalPlace | undefined {
  if (incremental === undefined) return undefined;
  const folder = resolve(incremental);
  const key = new KeyRecipe().add("toolchain", toolchain).add("data", folder);
  for (const [label, value] of recipe.facts) key.add(label, value);
  const output = (outputs.find(({ role }) => role === "depfile") ?? outputs[0])?.path;
  return { key: key.digest(), folder, crateName, output: output === undefined ? undefined : resolve(output) };
}

/**
 * Keeps the compiler's incremental data over `cargo clean`. The compiler has a folder for each crate, and in it one for
 * the last successful compile, a session: `FOLDER/CRATE-HASH/s-TIME-RANDOM-HASH/`, locked by `s-TIME-RANDOM.lock` beside
 * it. A session is never changed, only removed when there's a newer one, which shares unchanged files with it by hard
 * links; so it can be kept by such links. A crate's last one is put back for a compile that would find none.
 */
export class IncrementalData {
  readonly #shelf: FolderShelf;
  readonly #now: () => number;

  constructor(shelf: FolderShelf, now: () => number) {
    this.#shelf = shelf;
    this.#now = now;
  }

  /** A compile is about to begin: it finds the data that it would find if nobody had removed any. */
  begin(place: IncrementalPlace): IncrementalRun {
    return { place, begunMs: this.#now(), putBack: this.#putBack(place) };
  }

  /**
   * A compile has ended (undefined = nobody knows how). What is kept belongs to a crate whose last compile went well, so
   * that removing the target folder goes on to help against data that the compiler stumbles over.
   */
  async ended({ place, begunMs, putBack }: IncrementalRun, exit: number | undefined): Promise<void> {
    if (exit === 0) {
      await this.#shelf.keep(place.key, sessionsSince(place, begunMs), identityOf(place.output));
      return;
    }
    this.#shelf.drop(place.key);
    // an error in the source is the compiler's usual 1
    if (exit !== 1 && exit !== undefined) putBack.forEach(removeSession);
  }

  #putBack(place: IncrementalPlace): readonly string[] {
    const names = this.#shelf.names(place.key);
    if (names.length === 0 || names.every((name) => hasSession(`${place.folder}/${crateOf(name)}`))) {
      return [];
    }
    const output = identityOf(place.output);
    return this.#shelf.take(place.key, (name, outputThen) => {
      // where the output is still that compile's, somebody has removed nothing but the data, and had a reason
      if (output !== "" && output === outputThen) return undefined;
      const crate = `${place.folder}/${crateOf(name)}`;
      if (hasSession(crate)) return undefined;
      Deno.mkdirSync(crate, { recursive: true });
      const session = `${crate}/${name.slice(name.indexOf(BETWEEN) + 1)}`;
      Deno.writeTextFileSync(lockOf(session), "", { mode: 0o600 });
      return session;
    });
  }
}

/** Stands between a crate's folder and its session's in the name of what is kept. */
const BETWEEN = "~";

function crateOf(name: string): string {
  return name.slice(0, name.indexOf(BETWEEN));
}

/** A session that was brought to its end; one under way is called `s-TIME-RANDOM-working`. */
const SESSION = /^s-([0-9a-z]+)-[0-9a-z]+-(?!working$)[0-9a-z]+$/;

function lockOf(session: string): string {
  return `${session.slice(0, session.lastIndexOf("-"))}.lock`;
}

function hasSession(crate: string): boolean {
  return foldersIn(crate).some((name) => SESSION.test(name));
}

/**
 * The newest session of each folder for a crate of this name that was begun since then. That's one, unless several
 * commands compile crates of this name at once, a library and its tests; then each keeps both, which does no harm.
 */
function sessionsSince(
  { folder, crateName }: IncrementalPlace,
  sinceMs: number,
): { readonly name: string; readonly path: string }[] {
  return foldersIn(folder).filter((name) => name.startsWith(`${crateName}-`)).flatMap((crate) => {
    const sessions = foldersIn(`${folder}/${crate}`).filter((name) => begunMs(name) >= sinceMs);
    const newest = sessions.sort((one, other) => begunMs(one) - begunMs(other)).at(-1);
    return newest === undefined
      ? []
      : { name: `${crate}${BETWEEN}${newest}`, path: `${folder}/${crate}/${newest}` };
  });
}

/** When a session was begun; NaN for what is none. Its name has the microseconds with 36 digits. */
function begunMs(session: string): number {
  const [, time] = SESSION.exec(session) ?? [];
  return time === undefined ? NaN : Number.parseInt(time, 36) / 1000;
}

function foldersIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory).map(({ name }) => name);
  } catch (error) {
    // whatever keeps us from reading it
    if (error instanceof Error) return [];
    throw error;
  }
}

/** Tells a file from whatever else stands in its place sooner or later; empty if there is none. */
function identityOf(path: string | undefined): string {
  try {
    const { ino, size, mtime } = Deno.lstatSync(path ?? "");
    return [ino, size, mtime?.getTime()].join();
  } catch (error) {
    // whatever keeps us from asking
    if (error instanceof Error) return "";
    throw error;
  }
}

function removeSession(session: string): void {
  try {
    Deno.removeSync(session, { recursive: true });
    Deno.removeSync(lockOf(session));
  } catch (error) {
    // the compiler may have removed it, and who can't use it removes what remains
    if (!(error instanceof Error)) throw error;
  }
}
