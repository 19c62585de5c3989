import type { Paths } from "../paths.ts";
import { nameOf } from "../paths.ts";
import type { Ask } from "./ask.ts";

/** What the system's loader gives programs that are started now. */
export interface LoadedLibraries {
  /** The shared libraries, absolute. */
  readonly libraries: readonly string[];
  /** Where libraries of these names would be found instead, in a folder of LD_LIBRARY_PATH or of the program's own. */
  readonly elsewhere: readonly string[];
}

/** What the loader takes for granted: another content may mean other libraries, or may not. */
export const LOADER_FILES = ["/etc/ld.so.cache", "/etc/ld.so.preload"];

/** Asks the loader, which tells the folders that it searches as well: those of each kind of processor below a folder too. */
export async function loadedLibraries(
  programs: readonly string[],
  context: Parameters<Ask>[2],
  { ask, paths }: { readonly ask: Ask; readonly paths: Pick<Paths, "resolve"> },
): Promise<LoadedLibraries> {
  const libraries = new Set<string>();
  const folders = new Set<string>();
  const telling = { ...context, env: { ...context.env, LD_DEBUG: "libs" } };
  for (const program of programs) {
    const said = await ask("/usr/bin/ldd", [program], telling);
    for (const [, path] of (said?.stdout ?? "").matchAll(/^\s*(?:\S.* => )?(.*\/.*) \(0x/gm)) {
      libraries.add(paths.resolve(context.cwd, path!));
    }
    for (const [, list] of (said?.stderr ?? "").matchAll(/^\s*\d+:\s*search path=(.*?)\t/gm)) {
      for (const folder of list!.split(":")) folders.add(paths.resolve(context.cwd, folder || "."));
    }
  }
  const places = [...folders].flatMap((folder) =>
    [...libraries].map((library) => `${folder}/${nameOf(library)}`)
  );
  return { libraries: [...libraries], elsewhere: places.filter((place) => !libraries.has(place)) };
}
