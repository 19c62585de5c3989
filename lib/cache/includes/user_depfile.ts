import { isDigest } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import { filterDepfile, parseDepfile, systemHeaders } from "../../tools/mod.ts";
import { type Paths, realPath } from "../paths.ts";
import type { Unit } from "../unit.ts";

/**
 * The -MMD file of a run that wrote a full one: without the system headers, byte for byte as the tool would have written it.
 * Undefined where paths and contents don't prove which headers those are.
 */
export function userDepfile(
  full: string,
  unit: Unit,
  world: { view: FileView; paths: Paths },
): string | undefined {
  const { view, paths } = world;
  const { plan, toolchain } = unit;
  const prerequisites = parseDepfile(full)?.prerequisites;
  if (prerequisites === undefined) return undefined;
  const system = systemHeaders(prerequisites, {
    source: plan.source,
    inputs: plan.inputs,
    forcedIncludes: plan.forcedIncludes,
    userFolders: [...plan.search.quote, ...plan.search.angle],
    systemFolders: [...plan.search.system, ...toolchain.folders, ...plan.search.after],
    realPath: (path) => realPath(paths.resolve(unit.cwd, path)),
    facts: (path) => {
      const state = view.state(view.track(paths.resolve(unit.cwd, path)));
      return isDigest(state) ? view.facts(state) : undefined;
    },
  });
  return system === undefined ? undefined : filterDepfile(plan.family, full, (path) => system.has(path));
}
