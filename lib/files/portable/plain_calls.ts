/** What Deno does well enough on every platform, without exceptions. */

/** The text of a link; undefined if it is none. */
export function realPath(path: string): string | undefined {
  return orUndefined(() => Deno.realPathSync(path));
}

export function readLink(path: string): string | undefined {
  return orUndefined(() => Deno.readLinkSync(path));
}

/** The names in a folder; undefined if it can't be listed. */
export function list(path: string): string[] | undefined {
  return orUndefined(() => Array.from(Deno.readDirSync(path), (entry) => entry.name));
}

/** The file system's refusals are errors of many classes; that there is no answer is all that matters here. */
export function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
