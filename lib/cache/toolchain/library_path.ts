import type { FileView } from "../../files/mod.ts";
import { folderOf, nameOf, type Paths } from "../paths.ts";
import type { Names } from "../premises.ts";
import { firstMissing } from "./hints.ts";
import { climbedBy, type LoadedLibraries } from "./loaded_libraries.ts";

/** The folders of LD_LIBRARY_PATH (absolute or relative, "" is the caller's own), in the loader's order. */
function foldersIn(list: string): string[] {
  // what is set and empty counts as not set
  return list === "" ? [] : list.split(/[:;]/);
}

/** Whether what the loader finds by an LD_LIBRARY_PATH depends on the caller's folder. */
export function isRelative(list: string): boolean {
  return foldersIn(list).some((folder) => !folder.startsWith("/"));
}

/**
 * What must be so for the loader to give, by an LD_LIBRARY_PATH, what it gave without: in each place that it would search first,
 * there is nothing of a needed name, or that very library. Undefined if it may give something else. `loaded` was asked with NOWHERE;
 * its paths lead where they did.
 */
export function namesForSame(
  list: string,
  loaded: LoadedLibraries,
  { cwd, view, paths }: { readonly cwd: string; readonly view: FileView; readonly paths: Paths },
): Names | undefined {
  // the loader puts something in the place of such a word
  if (list.includes("$") || !loaded.searched.includes("")) return undefined;
  const homes = loaded.libraries.map((path) => [nameOf(path), view.realPath(folderOf(path))] as const);
  const spelled = foldersIn(list);
  const absent = new Set<string>();
  const leading = new Set(climbedBy(spelled, cwd, paths));
  for (const folder of spelled) {
    for (const below of loaded.searched) {
      const searched = paths.resolve(cwd, `${folder || "."}${below}`);
      if (!view.exists(searched)) {
        absent.add(firstMissing(view, searched));
        continue;
      }
      for (const [name, home] of homes) {
        const place = paths.resolve(searched, name);
        if (!view.exists(place)) absent.add(place);
        else if (view.realPath(searched) === home) leading.add(searched);
        else return undefined;
      }
    }
  }
  return { absent: [...absent], leading: [...leading] };
}
