import { isDigest } from "../../core/mod.ts";
import type { FileState, FileView } from "../../files/mod.ts";
import type { Dependency } from "./crate_graph.ts";

/** A file that is being made. */
interface Making {
  readonly dependencies: readonly Dependency[];
  /** What was there before. */
  readonly before: FileState;
  /** Size and time of what its compiler left, once that has ended. */
  left?: string | undefined;
  /** What was found there since. */
  readonly seen: Set<string>;
}

/** A compile that was begun. */
interface Begun {
  readonly dependencies: readonly Dependency[];
  readonly files: ReadonlyMap<string, Making>;
}

/**
 * Crates whose compilers are at work, or whose results aren't filed yet: others are compiled against them already. A path is
 * answered for only while what is there must be their work; who builds there afterwards may do so from other crates.
 */
export class CratesInWork {
  readonly #view: FileView;
  /** What was found where they work. */
  readonly #byContent = new Map<string, readonly Dependency[]>();
  readonly #byPath = new Map<string, Making>();
  readonly #byRun = new Map<string, Begun>();

  constructor(view: FileView) {
    this.#view = view;
  }

  /** A compile begins, whose run has this folder, that will write these files (absolute). */
  begin(folder: string, paths: readonly string[], dependencies: readonly Dependency[]): void {
    const files = new Map(
      paths.map((path) => {
        const before = this.#view.state(this.#view.track(path));
        return [path, { dependencies, before, seen: new Set<string>() } as Making] as const;
      }),
    );
    for (const [path, making] of files) this.#byPath.set(path, making);
    this.#byRun.set(folder, { dependencies, files });
  }

  /** What a run was compiled against as it began; undefined if it is over. */
  madeFrom(folder: string): readonly Dependency[] | undefined {
    return this.#byRun.get(folder)?.dependencies;
  }

  /** Its compiler has ended. */
  ended(folder: string): void {
    for (const [path, making] of this.#byRun.get(folder)?.files ?? []) making.left = this.#stamp(path);
  }

  /** Its result is filed, so its dependencies are noted; or it won't be, and may have been made from something else. */
  forget(folder: string): void {
    for (const [path, making] of this.#byRun.get(folder)?.files ?? []) {
      if (this.#byPath.get(path) === making) this.#byPath.delete(path);
      for (const content of making.seen) this.#byContent.delete(content);
    }
    this.#byRun.delete(folder);
  }

  /** What the content that was found at a path is compiled against; undefined if that isn't known. */
  at(path: string, content: FileState): readonly Dependency[] | undefined {
    const making = this.#byPath.get(path);
    if (making === undefined || !isDigest(content) || content === making.before) return undefined;
    if (making.left !== undefined && making.left !== this.#stamp(path)) return undefined;
    making.seen.add(content);
    this.#byContent.set(content, making.dependencies);
    return making.dependencies;
  }

  /** The same of a content that was found at its path before. */
  of(content: string): readonly Dependency[] | undefined {
    return this.#byContent.get(content);
  }

  #stamp(path: string): string {
    const stat = this.#view.stat(this.#view.track(path));
    return stat === undefined ? "absent" : `${stat.size} ${stat.mtimeNs}`;
  }
}
