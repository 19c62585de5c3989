import type { Paths } from "../paths.ts";
import { nameOf, realPath } from "../paths.ts";
import type { Ask, Said } from "./ask.ts";
import { interpreterOf } from "./interpreter.ts";

/** What the system's loader gives programs that are started now. */
export interface LoadedLibraries {
  /** The shared libraries, absolute. */
  readonly libraries: readonly string[];
  /** Where libraries of these names would be found instead, in a folder of LD_LIBRARY_PATH or of the program's own. */
  readonly elsewhere: readonly string[];
  /** The folders that its paths climb out of: these mean the same for as long as all of them lead where they do. */
  readonly climbed: readonly string[];
  /**
   * What it searches of a folder in LD_LIBRARY_PATH: "" for itself, "/tls" for that folder in it. Told if NOWHERE was in that
   * variable and all libraries were found; else, and by loaders that don't say, nothing is.
   */
  readonly searched: readonly string[];
}

/** What the loader takes for granted: another content may mean other libraries, or may not. */
export const LOADER_FILES = ["/etc/ld.so.cache", "/etc/ld.so.preload"];

/** A folder that can't be, for LD_LIBRARY_PATH: what the loader would search of it, it would search of any. */
export const NOWHERE = "/dev/null/zccache";

/** Asks the loader, which tells the folders that it searches as well: those of each kind of processor below a folder too. */
export async function loadedLibraries(
  programs: readonly string[],
  context: Parameters<Ask>[2],
  { ask, paths }: { readonly ask: Ask; readonly paths: Pick<Paths, "resolve" | "climbedFrom"> },
): Promise<LoadedLibraries> {
  const libraries = new Set<string>();
  const folders = new Set<string>();
  const searched = new Set<string>();
  let isComplete = true;
  const telling = { ...context, env: { ...context.env, LD_DEBUG: "libs" } };
  for (const program of programs) {
    const said = await askLoader(program, telling, ask);
    for (const path of librariesIn(said)) libraries.add(path);
    isComplete &&= said?.stdout.includes(" => not found") === false;
    for (const [, list] of (said?.stderr ?? "").matchAll(/^\s*\d+:\s*search path=(.*?)\t/gm)) {
      for (const folder of list!.split(":")) {
        if (`${folder}/`.startsWith(`${NOWHERE}/`)) searched.add(folder.slice(NOWHERE.length));
        else folders.add(folder || ".");
      }
    }
  }
  const resolved = (spelled: Iterable<string>) => {
    return [...new Set(Array.from(spelled, (path) => paths.resolve(context.cwd, path)))];
  };
  const found = resolved(libraries);
  const places = resolved(folders).flatMap((folder) => found.map((path) => `${folder}/${nameOf(path)}`));
  return {
    libraries: found,
    elsewhere: places.filter((place) => !found.includes(place)),
    climbed: climbedBy([...libraries, ...folders], context.cwd, paths),
    searched: isComplete ? [...searched] : [],
  };
}

/** The folders that some of these paths climb out of, whoever asks from wherever. */
export function climbedBy(
  spelled: readonly string[],
  cwd: string,
  paths: Pick<Paths, "climbedFrom">,
): string[] {
  return paths.climbedFrom("/", spelled.map((path) => path.startsWith("/") ? path : `${cwd}/${path}`));
}

/**
 * Asks the program's own loader, which takes a few milliseconds and doesn't run the program. `ldd`, a script, takes ten times as
 * long; it knows what to do about programs and loaders of other kinds.
 */
async function askLoader(
  program: string,
  context: Parameters<Ask>[2],
  ask: Ask,
): Promise<Said | undefined> {
  const loader = interpreterOf(program);
  // the kernel tells a loader where the program is, links followed, and it looks for libraries from there
  const said = loader === undefined ? undefined : await ask(loader, ["--list", realPath(program)], context);
  return librariesIn(said).length > 0 ? said : await ask("/usr/bin/ldd", [program], context);
}

/** The libraries that a loader lists, as it spells them. */
function librariesIn(said: Said | undefined): string[] {
  return Array.from((said?.stdout ?? "").matchAll(/^\s*(?:\S.* => )?(.*\/.*) \(0x/gm), ([, path]) => path!);
}
