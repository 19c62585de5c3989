/** What a program said; undefined if it can't be run or takes too long. */
export async function ask(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string } | undefined> {
  try {
    const output = await new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT_MS),
      ...options,
    }).output();
    const utf8 = new TextDecoder();
    return { code: output.code, stdout: utf8.decode(output.stdout), stderr: utf8.decode(output.stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    if (error instanceof Deno.errors.NotADirectory || error instanceof DOMException) return undefined;
    throw error;
  }
}

const LIMIT_MS = 30_000;

/** The first line of a text. */
export function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]?.trimEnd() ?? "";
}

/** What is at a path, links followed; undefined if nothing or nothing to be seen. */
export function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
