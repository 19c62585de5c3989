import type { PathMap } from "../../core/mod.ts";
import type { DepInfo, Unshared } from "../../tools/mod.ts";

/** A crate's compile as it ended. */
interface Compiled {
  readonly info: DepInfo;
  readonly roots: PathMap;
  /** The text of a file that the dep-info names. */
  readText(path: string): string | undefined;
}

/**
 * Why a crate's outputs stay with their checkout: it asked for a variable that holds a path, and does something else with it
 * than name files to include. What that came to, such as the path's length, is not to be found in an output.
 */
export function pathVariable({ info, roots, readText }: Compiled): Unshared | undefined {
  for (const [name, value] of info.variables) {
    if (value === undefined || !roots.mentions(value)) continue;
    const texts = info.files.map((path) => readText(path) ?? "");
    if (!onlyNamesFiles(name, texts)) return { reason: "path_sensitive_arg", detail: `env!("${name}")` };
  }
  return undefined;
}

const INCLUDES = /\binclude(?:_str|_bytes)?!\s*[([{]\s*concat!\s*[([{]\s*env!\s*[([{]\s*$/;

/** Whether every mention of a variable is the beginning of an included file's name; one that is not there counts as another. */
function onlyNamesFiles(name: string, texts: readonly string[]): boolean {
  const quoted = `"${name}"`;
  let mentions = 0;
  for (const text of texts) {
    for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
      if (!INCLUDES.test(text.slice(Math.max(0, at - 200), at))) return false;
      mentions++;
    }
  }
  return mentions > 0;
}
