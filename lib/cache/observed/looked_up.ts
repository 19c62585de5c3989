import type { LookedUp } from "../toolchain/ask.ts";
import { FACT, readObservation } from "./observation.ts";
import { isNoFile } from "./observed_notes.ts";

/** What a program that is asked about itself leaves behind (a log, say) decides nothing. */
const LEAVES = FACT.written | FACT.updated | FACT.removed;

/** What the observer's log in a folder says was looked up and left alone; undefined if not all of it is known. */
export function lookedUp(folder: string): readonly LookedUp[] | undefined {
  const observation = readObservation(folder);
  if (!observation.ok || observation.value.doubts !== "") return undefined;
  return observation.value.notes
    .filter(({ path, facts }) => (facts & LEAVES) === 0 && !isNoFile(path))
    .map(({ path, facts }) => ({ path, listed: (facts & FACT.listed) !== 0 }));
}
