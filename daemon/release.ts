import { err, ok, type ReleaseReport, type Result } from "../lib/core/mod.ts";
import type { FileView } from "../lib/files/mod.ts";
import type { Session, Sessions } from "../lib/sessions/mod.ts";
import type { SessionDesk } from "./session_desk.ts";

/** What there is to let go of. */
export interface ReleaseParts {
  readonly view: FileView;
  readonly sessions: Sessions;
  readonly desk: SessionDesk;
  /** The folders that the callers of misses under way are in. */
  readonly underWay: () => readonly string[];
  readonly settings: { readonly root: string };
}

/**
 * Lets go of everything at or below a folder (absolute), so that it can be removed: sessions and watches. Not of what holds
 * the cache itself, which every session shares; the error is a sentence for the user.
 */
export async function release(folder: string, parts: ReleaseParts): Promise<Result<ReleaseReport, string>> {
  const { view, sessions, desk, underWay, settings: { root } } = parts;
  // the folder by the name it is asked for, and by the one it was reached by
  const places = [...new Set([folder, realPathOf(folder)])];
  const isBelow = (path: string) =>
    places.some((place) => path === place || path.startsWith(place === "/" ? place : `${place}/`));
  if (isBelow(root) || isBelow(realPathOf(root))) {
    return err(`Cannot release ${folder}: the cache is there (${root})`);
  }
  const open = [...sessions.all];
  const dropped = open.filter((session) => pathsOf(session).some(isBelow));
  for (const { id } of dropped) await desk.end(id);
  const files = places.reduce((sum, place) => sum + view.release(place), 0);
  return ok({
    inspected: open.length,
    sessionsDropped: dropped.map(({ id }) => id),
    files,
    unreleased: [...new Set(underWay().filter(isBelow))],
  });
}

function pathsOf({ request }: Session): string[] {
  return [request.cwd, request.journal, request.log].filter((path) => path !== undefined);
}

function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    // it may be gone already, or closed to us
    if (error instanceof Error) return path;
    throw error;
  }
}
