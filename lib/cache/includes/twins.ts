import type { Digest } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { FoundFile, SearchFolders } from "../places.ts";

/**
 * Files that a compiler reads once (`#pragma once`, `#import`). It passes over another path that leads to the same file;
 * gcc also passes over another file of the same content, size and second of change. gcc reports nothing of what it passes
 * over.
 */
export class Twins {
  readonly #view: FileView;
  readonly #files: readonly FoundFile[];
  readonly #paths: ReadonlySet<string>;
  readonly #byContent: ReadonlyMap<Digest, readonly string[]>;

  private constructor(view: FileView, files: readonly FoundFile[], once: readonly FoundFile[]) {
    this.#view = view;
    this.#files = files;
    this.#paths = new Set(files.map((file) => file.path));
    const byContent = new Map<Digest, string[]>();
    for (const { path, content } of once) {
      const same = byContent.get(content);
      if (same === undefined) byContent.set(content, [path]);
      else same.push(path);
    }
    this.#byContent = byContent;
  }

  /** Undefined where none of the files is read once. */
  static among(files: readonly FoundFile[], view: FileView): Twins | undefined {
    const facts = files.map((file) => view.facts(file.content));
    const imports = facts.some((its) => its?.imports);
    const once = files.filter((_, i) => imports || facts[i]?.once);
    return once.length === 0 ? undefined : new Twins(view, files, once);
  }

  /** A file of the same content as another: whether it counts as the same may change without either's content. */
  pair(): string | undefined {
    for (const paths of this.#byContent.values()) {
      if (paths.length > 1 && new Set(paths.map((path) => this.#view.realPath(path))).size > 1) {
        return paths[1];
      }
    }
    return undefined;
  }

  /** Existing files that may have been passed over for one that was read before. */
  passedOver({ known, forced }: SearchFolders): Set<string> {
    const passed = new Set(forced.filter((path) => !this.#paths.has(path) && this.#view.exists(path)));
    for (const file of this.#files) {
      for (const path of known.candidates.passedOver(file, this.#paths, "all")) passed.add(path);
    }
    return passed;
  }

  /** Whether a path leads to a file that was read. */
  isLink(path: string, content: Digest): boolean {
    const same = this.#byContent.get(content);
    if (same === undefined) return false;
    const real = this.#view.realPath(path);
    return same.some((other) => this.#view.realPath(other) === real);
  }

  /** Whether gcc takes a path for another file that was read. */
  isCopy(path: string, content: Digest): boolean {
    const same = this.#byContent.get(content);
    if (same === undefined || this.isLink(path, content)) return false;
    const second = this.#secondOf(path);
    return same.some((other) => this.#secondOf(other) === second);
  }

  #secondOf(path: string): bigint {
    const changed = this.#view.stat(this.#view.track(path))?.mtimeNs ?? 0n;
    return changed / SECOND_NS;
  }
}

const SECOND_NS = 1_000_000_000n;
