/** One source to compile. */
export interface Unit {
  /** Relative to the tree. */
  readonly source: string;
  readonly language: "c" | "c++";
}

const LANGUAGES: Readonly<Record<string, Unit["language"]>> = {
  c: "c",
  cc: "c++",
  cpp: "c++",
  cxx: "c++",
  "c++": "c++",
};

/** The sources below the folders of a tree, in a stable order. Links are not followed. */
export async function findUnits(
  tree: string,
  folders: readonly string[],
  skip: RegExp,
): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  for (const folder of folders) {
    for await (const path of filesBelow(tree, folder)) {
      const language = LANGUAGES[path.split(".").at(-1) ?? ""];
      if (language !== undefined && !skip.test(path)) units.push({ source: path, language });
    }
  }
  return units;
}

/** The files below a folder, as paths relative to the tree. Folders whose names start with a dot are left out. */
export async function* filesBelow(tree: string, folder: string): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(`${tree}/${folder}`));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile) yield path;
    else if (entry.isDirectory && !entry.name.startsWith(".")) yield* filesBelow(tree, path);
  }
}

/** A file name for a unit's outputs: its path with the separators replaced. */
export function flatName(unit: Unit): string {
  return unit.source.replaceAll("_", "__").replaceAll("/", "_");
}
