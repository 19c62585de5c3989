import type { FileView } from "../../files/mod.ts";
import { parseRule } from "../../tools/mod.ts";
import type { Paths } from "../paths.ts";
import type { Unit } from "../unit.ts";

/**
 * Parts the dependency lists that one process wrote for several sources, one after another.
 *
 * @return the list of each unit as text; undefined for one that has none, or more than one
 */
export function partLists(
  text: string,
  units: readonly Unit[],
  world: { readonly view: FileView; readonly paths: Paths },
): (string | undefined)[] {
  const { view, paths } = world;
  const bySource = new Map(units.map((unit, index) => [view.pathOf(unit.own[0]!), index] as const));
  const lists = new Array<string | undefined>(units.length).fill(undefined);
  const seen = new Set<number>();
  for (let rest = text; rest !== "";) {
    const rule = parseRule(rest);
    if (rule === undefined) break;
    // clang names lists of its own before the source
    const index = rule.prerequisites.map((word) => bySource.get(paths.resolve(units[0]!.cwd, word.text)))
      .find((found) => found !== undefined);
    if (index !== undefined) {
      lists[index] = seen.has(index) ? undefined : rest.slice(0, rest.length - rule.rest.length);
      seen.add(index);
    }
    rest = rule.rest;
  }
  return lists;
}
