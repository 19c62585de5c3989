/** Makes sure that a session can append to a file, folders included. Throws an error that names the file. */
export function prepareFile(path: string): void {
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    // before it's opened: to open a pipe that nobody reads would wait for ever
    if (kindOf(path) === "other") throw new Error("it is no regular file");
    Deno.openSync(path, { create: true, append: true, mode: 0o600 }).close();
  } catch (error) {
    if (error instanceof Error) throw new Error(`Cannot write ${path}: ${error.message}`);
    throw error;
  }
}

function kindOf(path: string): "file" | "other" | "absent" {
  try {
    return Deno.statSync(path).isFile ? "file" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "absent";
    throw error;
  }
}
