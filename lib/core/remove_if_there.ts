/** Removes a file, a link or an empty folder; nothing if it isn't there. Throws what else the system says. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
