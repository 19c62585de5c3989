/** What a program's name leads to. */
export type FoundProgram =
  | {
    readonly kind: "found";
    readonly path: string;
    /** Whether zccache itself, as a link of this name, stood earlier on PATH. */
    readonly skippedOwn: boolean;
  }
  /** As the shell says it: 127 = not there, 126 = there, but can't be run. */
  | { readonly kind: "not-runnable"; readonly exit: 126 | 127; readonly message: string };

/** Where programs are looked for. */
export interface ProgramSearch {
  /** The value of PATH. */
  readonly path: string;
  /** Files that are never the program that is meant. */
  isOwn(file: Deno.FileInfo): boolean;
}

type Checked = FoundProgram | "own";

/** Finds a program as the shell does: a name with a slash is a path, any other is looked for on PATH. */
export function findProgram(name: string, search: ProgramSearch): FoundProgram {
  if (name.includes("/")) {
    const checked = checkProgram(name, search);
    // A path to ourselves stands for the next program of that name.
    return checked === "own" ? onPath(name.slice(name.lastIndexOf("/") + 1), search, true) : checked;
  }
  return onPath(name, search, false);
}

function onPath(name: string, search: ProgramSearch, skipped: boolean): FoundProgram {
  let skippedOwn = skipped;
  let refused: FoundProgram | undefined;
  for (const folder of search.path.split(":")) {
    const checked = checkProgram(`${folder === "" ? "." : folder}/${name}`, search);
    if (checked === "own") skippedOwn = true;
    else if (checked.kind === "found") return { ...checked, skippedOwn };
    else if (checked.exit === 126 && checked.message.endsWith("Permission denied")) refused ??= checked;
  }
  return refused ?? { kind: "not-runnable", exit: 127, message: `${name}: command not found` };
}

function checkProgram(path: string, search: ProgramSearch): Checked {
  try {
    const file = Deno.statSync(path);
    if (!file.isFile) return { kind: "not-runnable", exit: 126, message: `${path}: Is a directory` };
    if (search.isOwn(file)) return "own";
    if (file.mode !== null && (file.mode & 0o111) === 0) {
      return { kind: "not-runnable", exit: 126, message: `${path}: Permission denied` };
    }
    return { kind: "found", path, skippedOwn: false };
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      return { kind: "not-runnable", exit: 126, message: `${path}: Permission denied` };
    }
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return { kind: "not-runnable", exit: 127, message: `${path}: No such file or directory` };
    }
    throw error;
  }
}
