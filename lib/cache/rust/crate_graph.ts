import { type Digest, digestBytes } from "../../core/mod.ts";
import type { FileState } from "../../files/mod.ts";
import type { Store } from "../../store/mod.ts";
import { nameOf } from "../paths.ts";
import type { Notes } from "../toolchain/kept_toolchain.ts";
import type { CratesInWork } from "./crates_in_work.ts";

/** A crate that another was compiled against: the file's name, and its content. */
export type Dependency = readonly [fileName: string, content: string];

/**
 * Stands among the dependencies of a crate that has the assembler include files: who is compiled against it may do so by
 * its macros and inlined functions, and no dep-info tells.
 */
export const ASSEMBLER: Dependency = ["assembler", ""];

/** A crate's file, as it is now. */
export interface CrateFile {
  /** Absolute. */
  readonly path: string;
  readonly content: FileState;
}

/** Crates as they are noted for those who compile against what is made of them. */
export function dependenciesOf(crates: readonly CrateFile[]): Dependency[] {
  return crates.map(({ path, content }) => [nameOf(path), content] as const);
}

/** The contents of a result's files that count as crates by their roles. */
export function cratesOf(
  store: Pick<Store, "ready">,
  result: Digest,
  isCrate: (role: string) => boolean,
): Digest[] {
  return (store.ready(result)?.result.files ?? []).flatMap(({ role, blob, inline }) =>
    isCrate(role) ? blob ?? (inline === undefined ? [] : digestBytes(inline)) : []
  );
}

/** More crates below one than any project has. */
const MOST_CRATES = 20_000;

/** How many crates' dependencies are kept in memory. */
const MOST_KNOWN = 50_000;

/**
 * What compiled crates depend on in turn. The compiler finds these by searching folders and says so nowhere; it is known
 * because each was compiled under our eyes.
 */
export class CrateGraph {
  readonly #notes: Notes;
  readonly #known = new Map<string, readonly Dependency[]>();
  readonly #inWork: Pick<CratesInWork, "at" | "of">;
  #assembling = 0;

  constructor(notes: Notes, inWork: Pick<CratesInWork, "at" | "of">) {
    this.#notes = notes;
    this.#inWork = inWork;
  }

  /** Goes up with each crate that turns out to have the assembler include files. */
  get assembling(): number {
    return this.#assembling;
  }

  /** A file with this content was compiled against these. */
  learn(content: Digest, dependencies: readonly Dependency[]): void {
    if (dependencies.includes(ASSEMBLER)) this.#assembling++;
    this.#remember(content, dependencies);
    this.#notes.setNote(noteName(content), JSON.stringify(dependencies));
  }

  /** Names of all crates' files below these, the given ones not among them; undefined if one's dependencies are not known. */
  below(crates: readonly CrateFile[]): Set<string> | undefined {
    const names = new Set<string>();
    const done = new Set<string>();
    const open: string[] = [];
    for (const { path, content } of crates) {
      const direct = this.#of(content) ?? this.#inWork.at(path, content);
      if (direct === undefined) return undefined;
      for (const [name, of] of direct) {
        names.add(name);
        open.push(of);
      }
    }
    for (let content = open.pop(); content !== undefined; content = open.pop()) {
      if (done.has(content)) continue;
      done.add(content);
      if (content === ASSEMBLER[1]) continue;
      const next = this.#of(content);
      if (next === undefined || names.size > MOST_CRATES) return undefined;
      for (const [name, of] of next) {
        names.add(name);
        open.push(of);
      }
    }
    return names;
  }

  #of(content: string): readonly Dependency[] | undefined {
    const known = this.#known.get(content) ?? this.#inWork.of(content);
    if (known !== undefined) return known;
    const text = this.#notes.note(noteName(content));
    if (text === undefined) return undefined;
    const dependencies = JSON.parse(text) as readonly Dependency[];
    this.#remember(content, dependencies);
    return dependencies;
  }

  #remember(content: string, dependencies: readonly Dependency[]): void {
    this.#known.set(content, dependencies);
    if (this.#known.size <= MOST_KNOWN) return;
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#known.delete(oldest.value);
  }
}

function noteName(content: string): string {
  return `crate:${content}`;
}
