import { PathNode } from "./path_node.ts";

/**
 * Which nodes a watch stands for. Mostly one; several where a folder is mounted twice or a file has several names. Kept as
 * a bare node then, because there is one entry a tracked file.
 */
export class WatchedNodes {
  readonly #nodes = new Map<number, PathNode | readonly PathNode[]>();

  /** How many watches there are. */
  get size(): number {
    return this.#nodes.size;
  }

  add(handle: number, node: PathNode): void {
    const there = this.#nodes.get(handle);
    if (there === undefined) this.#nodes.set(handle, node);
    else this.#nodes.set(handle, there instanceof PathNode ? [there, node] : [...there, node]);
  }

  /** Takes a node off a watch; true if nobody needs the watch any more. */
  remove(handle: number, node: PathNode): boolean {
    const there = this.#nodes.get(handle);
    if (there === undefined) return false;
    const rest = there instanceof PathNode ? [] : there.filter((other) => other !== node);
    if (rest.length > 0) this.#nodes.set(handle, rest);
    else if (!(there instanceof PathNode) || there === node) return this.#nodes.delete(handle);
    return false;
  }

  /** Forgets a watch that ended by itself. */
  drop(handle: number): void {
    this.#nodes.delete(handle);
  }

  /** Acts on each node of a watch; the nodes may be taken off meanwhile. */
  each(handle: number, act: (node: PathNode) => void): void {
    const nodes = this.#nodes.get(handle);
    if (nodes instanceof PathNode) act(nodes);
    else nodes?.forEach(act);
  }
}
