/** The compiler that builds the launcher for other machines; the version is pinned, as is what it links into them. */
export const ZIG_VERSION = "0.14.1";

/** Where `_tools/prepare.ts` puts it: a Python environment with the package `ziglang`. */
export function zigFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") ||
    `${Deno.env.get("HOME") ?? Deno.env.get("LOCALAPPDATA")}/.cache`;
  return `${cache}/zccache-build/zig-${ZIG_VERSION}`;
}

/** The words that run zig: the pinned one where it is installed, else any other; undefined if there is none. */
export async function findZig(): Promise<string[] | undefined> {
  const own = `${zigFolder()}/${Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python"}`;
  for (
    const words of [[own, "-m", "ziglang"], ["zig"], ["python3", "-m", "ziglang"], [
      "python",
      "-m",
      "ziglang",
    ]]
  ) {
    if (await runs([...words, "version"])) return words;
  }
  return undefined;
}

/** Whether a command is there and succeeds. */
export async function runs(words: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(words[0]!, { args: words.slice(1), stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
