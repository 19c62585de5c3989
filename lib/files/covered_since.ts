import type { Generation } from "./file_view.ts";
import { follow, type PathNode } from "./path_node.ts";

/**
 * Whether events prove that a path has led to the same entry since a generation: either the node has been known all
 * the time, or it became known later but each folder on the way was watched by then and told nothing about it.
 */
export function ledHereSince(node: PathNode, since: Generation): boolean {
  if (node.kind === "unknown" || node.kind === "blind" || node.kind === "refused") return false;
  if (node.coveredSince <= since) return true;
  if (node.parent === undefined || !ledHereSince(node.parent, since)) return false;
  const base = follow(node.parent);
  if (base === undefined) return false;
  if (base === node.parent) {
    if (base.folder === undefined) return base.kind === "absent";
    if (!base.folder.quietSince(node.name, since)) return false;
  }
  if (node.kind !== "alias") return true;
  return !node.crooked && node.target !== undefined && ledHereSince(node.target, since);
}

/** Whether events prove that the bytes of a file have been the same since a generation, tracked by then or not. */
export function sameBytesSince(leaf: PathNode, since: Generation): boolean {
  const base = leaf.parent?.folder;
  if (base === undefined || base.contentsSince > since || !base.quietSince(leaf.name, since)) return false;
  return leaf.leafConfirmed && (!leaf.writesWatched || leaf.coveredSince <= since);
}
