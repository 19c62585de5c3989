import { type Digest, includedName } from "../../core/mod.ts";
import type { FileId, FileView, Generation } from "../../files/mod.ts";
import { folderOf, isCrooked, nameOf } from "../paths.ts";
import { IncludeCandidates } from "./include_candidates.ts";
import type { FilesRead, FoundFile } from "../places.ts";

/** A path below a folder of the search, as an include directive may spell it. */
interface Spelling {
  readonly rest: string;
  readonly name: string;
  /** The turn in which a file was last found under it. */
  turn: number;
}

/** A place where something has the name that is looked for, and the spelling under which it's looked for there. */
interface Beside {
  readonly place: FileId;
  readonly spelling: Spelling;
}

/** What is known of one file that the search has found before. */
interface Known {
  readonly path: string;
  readonly spellings: readonly Spelling[];
  /** Existing places that are searched before the file is found. */
  readonly before: readonly FileId[];
  content: Digest;
  /** The names that the content includes; undefined = any. */
  names: ReadonlySet<string> | undefined;
  /** Existing places beside the file, and how many of the search's spellings were looked for there. */
  beside: readonly Beside[];
  lookedFor: number;
  /** Whether the content includes something by a path that climbs. */
  climbs: boolean;
  /** Existing places that the content asks about. */
  asked: readonly FileId[];
}

/**
 * One list of folders to search, with what was found out about the files that it finds: units of a project search the
 * same folders for the same files, so nearly every question is asked once for as long as no name comes or goes.
 */
export class SearchedFolders {
  /** In the order in which they are searched, absolute. */
  readonly folders: readonly string[];
  /** What is looked for beside every header (`.gch`). */
  readonly suffixes: readonly string[];
  readonly candidates: IncludeCandidates;
  readonly #view: FileView;
  readonly #spellings: Spelling[] = [];
  readonly #byRest = new Map<string, Spelling>();
  readonly #byName = new Map<string, Spelling[]>();
  readonly #known = new Map<string, Known>();
  readonly #firsts = new Map<string, boolean>();
  #asOf: Generation = -1;
  #turn = 0;
  #retired = false;

  constructor(view: FileView, folders: readonly string[], suffixes: readonly string[]) {
    this.#view = view;
    this.folders = folders;
    this.suffixes = suffixes;
    this.candidates = new IncludeCandidates(view, folders);
  }

  /** How many files, or spellings of files, are remembered. */
  get size(): number {
    return Math.max(this.#known.size, this.#spellings.length);
  }

  /** The existing places, by id, that a search which takes these files looks at before or besides them. */
  places({ found, own }: FilesRead): Set<FileId> {
    this.#catchUp();
    const turn = ++this.#turn;
    const places = new Set<FileId>();
    const known = [...found.map((file) => this.#get(file)), ...own.map((file) => this.#lookAt(file).known)];
    for (const { spellings, before, asked } of known) {
      for (const spelling of spellings) spelling.turn = turn;
      for (const place of before) places.add(place);
      for (const place of asked) places.add(place);
    }
    this.#climb(known, places);
    for (const file of known) {
      if (file.lookedFor < this.#spellings.length) {
        this.#lookBeside(file, this.#spellings.slice(file.lookedFor));
      }
      for (const { place, spelling } of file.beside) if (spelling.turn === turn) places.add(place);
    }
    return places;
  }

  /** What climbs out of a folder (`../x.h`) is below none: it's looked for as it's spelled. */
  #climb(files: readonly Known[], places: Set<FileId>): void {
    const climbing = files.filter((file) => file.climbs);
    if (climbing.length === 0) return;
    const found = new Set(files.map((file) => file.path));
    for (const file of climbing) {
      for (const place of this.candidates.passedOver(file, found, "crooked")) {
        places.add(this.#view.track(place));
      }
    }
  }

  /** Remembers nothing from now on. */
  retire(): void {
    this.#retired = true;
    this.#forget();
  }

  /** What was asked holds until a name comes or goes. */
  #catchUp(): void {
    if (this.#asOf === this.#view.namesGeneration && !this.#retired) return;
    this.#forget();
    this.#asOf = this.#view.namesGeneration;
  }

  #forget(): void {
    this.#known.clear();
    this.candidates.forget();
    this.#firsts.clear();
    this.#spellings.length = 0;
    this.#byRest.clear();
    this.#byName.clear();
  }

  #get(file: FoundFile): Known {
    const known = this.#known.get(file.path);
    if (known === undefined) {
      const { known: fresh, isRead } = this.#lookAt(file);
      // of a content that nobody read more may be known the next time
      if (isRead) this.#known.set(file.path, fresh);
      return fresh;
    }
    if (known.content !== file.content) {
      known.content = file.content;
      this.#read(known);
    }
    return known;
  }

  /** What there is to know of a file, which nobody remembers by that. */
  #lookAt({ path, content }: FoundFile): { known: Known; isRead: boolean } {
    const spellings = this.#spellingsOf(path);
    const known: Known = {
      path,
      spellings: compact(spellings.map(([, spelling]) => spelling)),
      before: compact(this.#before(path, spellings)),
      content,
      // one by one: an object with copied properties takes half as much again
      names: NOT_READ.names,
      beside: NOT_READ.beside,
      lookedFor: NOT_READ.lookedFor,
      climbs: NOT_READ.climbs,
      asked: NOT_READ.asked,
    };
    return { known, isRead: this.#read(known) };
  }

  /** Takes in what the file's content includes and asks about; false if nothing is known of it. */
  #read(file: Known): boolean {
    Object.assign(file, NOT_READ);
    const facts = this.#view.facts(file.content);
    if (facts === undefined) return false;
    const folder = folderOf(file.path);
    const asked = new Set<FileId>();
    for (const name of facts.hasIncludeNames) this.#ask(name, folder, asked);
    file.climbs = facts.includes.some((operand) => isCrooked(operand.slice(1)));
    file.asked = compact([...asked]);
    file.names = facts.computedInclude ? undefined : namesIn(facts.includes);
    const wanted = file.names === undefined
      ? this.#spellings
      : [...file.names].flatMap((name) => this.#byName.get(name) ?? []);
    this.#lookBeside(file, wanted);
    return true;
  }

  /** Looks for what `__has_include` asks about, wherever it may be. */
  #ask(name: string, folder: string, found: Set<FileId>): void {
    for (const start of [folder, ...this.folders]) {
      const place = this.candidates.existing(start, name);
      if (place !== undefined) found.add(this.#view.track(place));
    }
  }

  /** Looks beside the file for what it may include under these spellings. */
  #lookBeside(file: Known, spellings: readonly Spelling[]): void {
    const folder = folderOf(file.path);
    for (const spelling of spellings) {
      if (file.names !== undefined && !file.names.has(spelling.name)) continue;
      const found = new Set<FileId>();
      this.#lookBelow(folder, spelling.rest, found, file.path);
      if (found.size === 0) continue;
      file.beside = [...file.beside, ...Array.from(found, (place) => ({ place, spelling }))];
    }
    file.lookedFor = this.#spellings.length;
  }

  /** Each folder that a path is below, by index, and what it's called from there. */
  #spellingsOf(path: string): [index: number, Spelling][] {
    const found: [number, Spelling][] = [];
    for (const [index, folder] of this.folders.entries()) {
      if (path[folder.length] !== "/" || !path.startsWith(folder)) continue;
      found.push([index, this.#spelling(path.slice(folder.length + 1))]);
    }
    return found;
  }

  #spelling(rest: string): Spelling {
    const known = this.#byRest.get(rest);
    if (known !== undefined) return known;
    const spelling = { rest, name: nameOf(rest), turn: 0 };
    this.#byRest.set(rest, spelling);
    this.#spellings.push(spelling);
    const sameName = this.#byName.get(spelling.name);
    if (sameName === undefined) this.#byName.set(spelling.name, [spelling]);
    else sameName.push(spelling);
    return spelling;
  }

  #before(path: string, spellings: readonly (readonly [index: number, Spelling])[]): FileId[] {
    const found = new Set<FileId>();
    for (const [index, { rest }] of spellings) this.#lookIn(index, rest, found, path);
    for (const suffix of this.suffixes) this.#look(`${path}${suffix}`, found, path);
    return [...found];
  }

  /** Looks for `rest` in each of the first `count` folders. */
  #lookIn(count: number, rest: string, found: Set<FileId>, taken?: string): void {
    for (let i = 0; i < count; i++) this.#lookBelow(this.folders[i]!, rest, found, taken);
  }

  /** A first folder that isn't there is asked for once for everything below it. */
  #lookBelow(folder: string, rest: string, found: Set<FileId>, taken?: string): void {
    const slash = rest.indexOf("/");
    if (slash < 0 || this.#hasFolder(`${folder}/${rest.slice(0, slash)}`)) {
      this.#look(`${folder}/${rest}`, found, taken);
    }
  }

  #look(place: string, found: Set<FileId>, taken?: string): void {
    if (place !== taken && this.#view.exists(place)) found.add(this.#view.track(place));
  }

  #hasFolder(path: string): boolean {
    let there = this.#firsts.get(path);
    if (there === undefined) {
      there = this.#view.exists(path);
      this.#firsts.set(path, there);
    }
    return there;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();
const NONE: readonly never[] = [];

/** A file whose content was not looked into yet. */
const NOT_READ = { names: NO_NAMES, beside: NONE, lookedFor: 0, climbs: false, asked: NONE };

/** There are many of these lists, and nearly all of them are empty. */
function compact<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list;
}

/** The names that operands of include directives end in. */
function namesIn(operands: readonly string[]): ReadonlySet<string> {
  return operands.length === 0 ? NO_NAMES : new Set(operands.map(includedName));
}
