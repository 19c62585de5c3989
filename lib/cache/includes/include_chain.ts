import { includedName } from "../../core/mod.ts";
import type { ContentFacts, FileView } from "../../files/mod.ts";
import { nameOf } from "../paths.ts";
import type { FoundFile } from "../places.ts";

/**
 * How a file comes to be read, as far as base names tell: each file of the chain includes the next one by name, the source
 * stands first and the file itself last. Undefined if no chain is found (a computed include, a forced one).
 */
export function includeChain(
  view: FileView,
  target: string,
  files: { readonly sources: readonly FoundFile[]; readonly found: readonly FoundFile[] },
): string[] | undefined {
  const sources = new Set(files.sources.map((file) => file.path));
  const unvisited = new Set([...files.sources, ...files.found]);
  let level: string[][] = [[target]];
  for (const file of unvisited) if (file.path === target) unvisited.delete(file);
  while (level.length > 0) {
    const next: string[][] = [];
    for (const chain of level) {
      for (const file of unvisited) {
        if (!includesName(view.facts(file.content), nameOf(chain[0]!))) continue;
        if (sources.has(file.path)) return [file.path, ...chain];
        unvisited.delete(file);
        next.push([file.path, ...chain]);
      }
    }
    level = next;
  }
  return undefined;
}

function includesName(facts: ContentFacts | undefined, name: string): boolean {
  return facts !== undefined && facts.includes.some((operand) => includedName(operand) === name);
}
