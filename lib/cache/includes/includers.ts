import type { FileView } from "../../files/mod.ts";
import { folderOf } from "../paths.ts";
import type { FoundFile, SearchFolders } from "../places.ts";

/**
 * The places where a file exists now that Microsoft's search comes by: a quoted name that isn't beside the file in which it
 * stands is looked for beside each file that includes that one, up to the source, before any folder of the command line.
 * Which files include which isn't known, so every one of them is taken for one that may.
 */
export function placesByIncluders(
  view: FileView,
  search: SearchFolders,
  files: readonly FoundFile[],
): string[] {
  const { candidates } = search.known;
  const found = new Set(files.map((file) => file.path));
  const folders = new Set(files.map((file) => folderOf(file.path)));
  const looked = new Set<string>();
  const places = new Set<string>();
  for (const file of files) {
    for (const name of quotedNames(view, file, () => namesOf(files, [...search.folders, ...folders]))) {
      if (looked.has(name)) continue;
      const beside = candidates.existing(folderOf(file.path), name);
      if (beside !== undefined && found.has(beside)) continue;
      looked.add(name);
      for (const folder of folders) {
        const place = candidates.existing(folder, name);
        if (place !== undefined && !found.has(place)) places.add(place);
      }
    }
  }
  return [...places];
}

/** What a file includes by quoted names; what a macro says there may be any of `all`. */
function quotedNames(view: FileView, { content }: FoundFile, all: () => string[]): string[] {
  const facts = view.facts(content);
  if (facts === undefined) return [];
  const quoted = facts.includes.filter((operand) => !operand.startsWith("<")).map((operand) =>
    operand.slice(1)
  );
  return facts.computedInclude ? [...quoted, ...all()] : quoted;
}

/** What files are called from the folders that they are below. */
function namesOf(files: readonly FoundFile[], folders: readonly string[]): string[] {
  return files.flatMap(({ path }) =>
    folders.filter((folder) => path.startsWith(`${folder}/`)).map((folder) => path.slice(folder.length + 1))
  );
}
