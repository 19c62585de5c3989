import { isDigest } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { PathAndContent } from "../../store/mod.ts";

/**
 * The path of a text, among the files that a compile read, by which the assembler is made to read others (`.incbin` in a
 * `global_asm!`): no dep-info tells of these.
 */
export function assembling(view: FileView, files: Iterable<PathAndContent>): string | undefined {
  for (const [path, content] of files) {
    if (isDigest(content) && view.facts(content)?.assemblerInclude) return path;
  }
  return undefined;
}
