import type { PathMap } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import type { Paths } from "../paths.ts";

/** How many spellings are remembered. */
const MAX_SPELLINGS = 40_000;

/** A path as a dependency list spells it. */
export interface Listed {
  readonly id: FileId;
  /** The spelling, as entries keep it. */
  readonly kept: string;
}

/** Whoever's list it is. */
export interface Lister {
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** The checkout's roots. */
  readonly roots: PathMap | undefined;
  /** The files that the command names: every command has others, so their spellings are not remembered. */
  readonly own: Int32Array;
}

/**
 * What the paths of dependency lists mean. The units of a project spell the same few thousand headers the same way, so
 * each spelling is thought about once for as long as no name comes or goes.
 */
export class ListedPaths {
  readonly #view: FileView;
  readonly #paths: Paths;
  readonly #known = new Map<string, Map<string, Listed>>();
  #count = 0;
  #asOf: Generation = -1;

  constructor(view: FileView, paths: Paths) {
    this.#view = view;
    this.#paths = paths;
  }

  /** The paths as one lister spells them; good until the next barrier. */
  of({ cwd, roots, own }: Lister): (spelled: string) => Listed {
    if (this.#asOf !== this.#view.namesGeneration || this.#count > MAX_SPELLINGS) this.#forget();
    const seat = roots === undefined ? cwd : `${cwd}\0${roots.key}`;
    let known = this.#known.get(seat);
    if (known === undefined) this.#known.set(seat, known = new Map());
    return (spelled) => {
      const listed = known.get(spelled);
      if (listed !== undefined) return listed;
      const id = this.#view.track(this.#paths.resolve(cwd, spelled));
      const text = ownString(spelled, { absolute: this.#view.pathOf(id), folder: cwd });
      const fresh = { id, kept: roots?.toCommon(text) ?? text };
      if (own.includes(id)) return fresh;
      known.set(text, fresh);
      this.#count++;
      return fresh;
    };
  }

  #forget(): void {
    this.#known.clear();
    this.#count = 0;
    this.#asOf = this.#view.namesGeneration;
  }
}

/** A path as it was spelled that doesn't hold on to the text which it was found in: sets of inputs live long. */
function ownString(spelled: string, at: { absolute: string; folder: string }): string {
  if (spelled === at.absolute) return at.absolute;
  const below = at.absolute.slice(at.folder.length + 1);
  return spelled === below ? below : spelled.charAt(0) + spelled.slice(1);
}
