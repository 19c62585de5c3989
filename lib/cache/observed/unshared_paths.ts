import type { PathMap } from "../../core/mod.ts";
import type { Unshared } from "../../tools/mod.ts";
import { hidesPaths } from "./hidden_paths.ts";
import type { Sorted } from "./observed_notes.ts";
import type { World } from "./observed_world.ts";

/**
 * Why an observed run's result can't be another checkout's, by the paths that it went by. What is in a checkout is there
 * in another one too, and what has one absolute path is the same for all of them; the rest is neither.
 */
export function unsharedPaths(
  { roots, cwd }: { readonly roots: PathMap; readonly cwd: string },
  { inputs, outputs }: Sorted,
  { found, passedOver, files }: World & { readonly files: readonly { readonly source: string }[] },
): Unshared | undefined {
  const isOutside = (path: string) => roots.toCommon(path) === path;
  // another checkout would look elsewhere: its own path is in the name
  const named = [...found.map(([path]) => path), ...passedOver].find((path) => holdsRoot(roots, path));
  if (named !== undefined) return { reason: "path_sensitive_arg", detail: named };
  // a folder outside of the roots is in the key, and what is spelled from there is in one place
  const isMoving = ({ path, spelled }: { readonly path: string; readonly spelled: string }) =>
    !spelled.startsWith("/") && isOutside(path) && !isOutside(cwd);
  const outside = outputs.find(({ path }) => isOutside(path)) ?? inputs.find(isMoving);
  if (outside !== undefined) return { reason: "path_outside_root", detail: outside.path };
  return files.some(({ source }) => hidesPaths(source))
    ? { reason: "path_sensitive_arg", detail: "paths can't be seen in the output" }
    : undefined;
}

/** Whether a path in its common form goes through a folder that is called like a root. */
function holdsRoot(roots: PathMap, common: string): boolean {
  return roots.roots.some(({ path }) => common.includes(`${path}/`) || common.endsWith(path));
}
