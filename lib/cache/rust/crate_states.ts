import { isDigest } from "../../core/mod.ts";
import type { FileState, FileView } from "../../files/mod.ts";
import type { CrateFile, CrateGraph } from "./crate_graph.ts";
import { metadataPlaces } from "./crate_places.ts";

/** What crates' files were when a run began, by path. */
export type CrateStates = ReadonlyMap<string, FileState>;

/**
 * The states of the crates that a run is given and of those it will find in these folders. Their compilers may still be at
 * work on links to the same file (incremental compilation keeps one), which looks like a change; a crate's file that has the
 * same content before and after a run was the same all the time.
 *
 * Of each crate the compiler takes the first file that is there; what `isLinked` takes all of them. The others are not looked
 * at: a crate's compiler may still be writing them, and they are large.
 */
export function crateStates(
  view: FileView,
  graph: CrateGraph,
  given: {
    readonly crates: readonly CrateFile[];
    readonly folders: readonly string[];
    readonly isLinked?: boolean;
  },
): CrateStates {
  const states = new Map<string, FileState>();
  for (const { path } of given.crates) states.set(path, view.state(view.track(path)));
  for (const name of graph.below(given.crates) ?? []) {
    for (const folder of given.folders) {
      for (const path of metadataPlaces(folder, name)) {
        const state = states.get(path) ?? view.state(view.track(path));
        if (!isDigest(state)) continue;
        states.set(path, state);
        if (given.isLinked !== true) break;
      }
    }
  }
  return states;
}
