/** What a program's name leads to. */
export type FoundProgram =
  | { readonly kind: "found"; readonly path: string }
  /** As the shell says it: 127 = not there, 126 = there, but can't be run. */
  | { readonly kind: "not-runnable"; readonly exit: 126 | 127; readonly message: string };

/** Finds a program as the shell does: a name with a slash is a path, any other is looked for on PATH. */
export function findProgram(name: string, searchPath: string): FoundProgram {
  if (name.includes("/")) return checkProgram(name);
  let refused: FoundProgram | undefined;
  for (const folder of searchPath.split(":")) {
    const found = checkProgram(`${folder === "" ? "." : folder}/${name}`);
    if (found.kind === "found") return found;
    if (found.exit === 126 && found.message.endsWith("Permission denied")) refused ??= found;
  }
  return refused ?? { kind: "not-runnable", exit: 127, message: `${name}: command not found` };
}

function checkProgram(path: string): FoundProgram {
  try {
    const { isFile, mode } = Deno.statSync(path);
    if (!isFile) return { kind: "not-runnable", exit: 126, message: `${path}: Is a directory` };
    if (mode !== null && (mode & 0o111) === 0) {
      return { kind: "not-runnable", exit: 126, message: `${path}: Permission denied` };
    }
    return { kind: "found", path };
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
