import type { Generation } from "./file_view.ts";
import { follow, type PathNode } from "./path_node.ts";

/** What events say of something since a generation; `unknown` = it wasn't watched all the time. */
export type History = "same" | "changed" | "unknown";

/**
 * Whether a resolved path has led to the same entry: either its node has been known all the time, or it became known
 * later but the folders on the way were watched by then, and told.
 */
export function pathHistory(node: PathNode, since: Generation): History {
  if (node.kind === "blind" || node.kind === "refused") {
    return mountedOver(node, since) ? "changed" : "unknown";
  }
  if (node.coveredSince <= since) return "same";
  if (node.mountedAt > since) return "changed";
  // Only when events were lost: none tells what happened meanwhile.
  if (node.parent === undefined) return "unknown";
  const before = pathHistory(node.parent, since);
  if (before !== "same") return before;
  const base = follow(node.parent);
  if (base === undefined) return "unknown";
  if (base === node.parent) {
    if (base.folder === undefined) return base.kind === "absent" ? "same" : "unknown";
    const entry = base.folder.history(node.name, since);
    if (entry !== "same") return entry;
  }
  if (node.kind !== "alias") return "same";
  // Where a crooked link passes by is not kept in its history.
  return node.crooked || node.target === undefined ? "changed" : pathHistory(node.target, since);
}

function mountedOver(node: PathNode, since: Generation): boolean {
  for (let at: PathNode | undefined = node; at !== undefined; at = at.parent) {
    if (at.mountedAt > since) return true;
  }
  return false;
}

/** Whether the bytes of a leaf have been the same, as far as its folder tells: writes through other names are not seen. */
export function bytesHistory(leaf: PathNode, since: Generation): History {
  const folder = leaf.parent?.folder;
  if (folder === undefined || folder.contentsSince > since) return "unknown";
  return folder.history(leaf.name, since);
}
