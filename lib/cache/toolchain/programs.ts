import { PATHS } from "../../core/mod.ts";

/** Whether a file stands there, links followed, that may be run. */
export function isProgram(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && PATHS.mayRun(info.mode);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return false;
    if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.FilesystemLoop) {
      return false;
    }
    throw error;
  }
}

/** Whether the file begins with `#!`. */
export function isScript(path: string): boolean {
  using file = Deno.openSync(path);
  const mark = new Uint8Array(2);
  return file.readSync(mark) === 2 && mark[0] === 0x23 && mark[1] === 0x21;
}
