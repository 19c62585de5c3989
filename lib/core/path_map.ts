/** Begins what stands for a root in keys and entries; no path that a tool names begins with it. */
const MARK = "\u{2}";

/** A folder whose place doesn't count, by a name that is the same in every checkout. */
export interface Root {
  readonly name: string;
  /** Absolute, without a slash at its end. */
  readonly path: string;
}

/** What may stand in a root's path: nothing that a shell, make or a compiler's messages write in another way. */
const PLAIN = /^(?:\/[A-Za-z0-9._+@,=~-]+)+$/;

/**
 * Paths below certain roots, written so that two checkouts write them alike: `\u{2}name/rest` for `path/rest`. A value;
 * two maps with the same names translate between the same checkouts.
 */
export class PathMap {
  /** The longest path first, so that a root inside another one counts. */
  readonly roots: readonly Root[];
  #inWords: readonly { readonly name: string; readonly pattern: RegExp }[] | undefined;

  constructor(roots: readonly Root[]) {
    this.roots = roots.toSorted((a, b) => b.path.length - a.path.length);
  }

  /** What tells this map from others. */
  get key(): string {
    return this.roots.map(({ name, path }) => `${name}=${path}`).join("\0");
  }

  /** Whether the roots' paths are written the same wherever they occur. */
  get isPlain(): boolean {
    return this.roots.every(({ path }) => PLAIN.test(path));
  }

  /** A path as spelled, in its common form; as it is if it's below no root. */
  toCommon(path: string): string {
    if (path.startsWith(MARK)) return MARK + path;
    for (const root of this.roots) {
      if (path === root.path) return MARK + root.name;
      if (path.startsWith(root.path) && ends(path[root.path.length])) {
        return MARK + root.name + path.slice(root.path.length);
      }
    }
    return path;
  }

  /** The path here of one in its common form. */
  fromCommon(path: string): string {
    if (!path.startsWith(MARK)) return path;
    if (path.startsWith(MARK, 1)) return path.slice(1);
    for (const root of this.roots) {
      const end = 1 + root.name.length;
      if (path.startsWith(root.name, 1) && (path.length === end || ends(path[end]))) {
        return root.path + path.slice(end);
      }
    }
    return path;
  }

  /**
   * A word as it goes into a key, with every path at or below a root by that root's name: elsewhere it's the same word. A path
   * begins where the word or an option's value does, and not inside another path.
   */
  wordInKey(word: string): string {
    this.#inWords ??= this.roots.map(({ name, path }) => {
      const text = path.replaceAll(/[^\w/]/g, String.raw`\$&`);
      return { name, pattern: new RegExp(`(?<=^(?:-[A-Za-z])?|[=,:])${text}(?=[/:,]|$)`, "g") };
    });
    return this.#inWords.reduce((text, { name, pattern }) => text.replaceAll(pattern, `\0${name}`), word);
  }

  /** The word here of one that stands in a key; a root that isn't ours stays in its common form. */
  wordFromKey(word: string): string {
    return word.replaceAll(/\0(\w+)/g, (_, name) => this.fromCommon(`${MARK}${name}`));
  }

  /** A text with every path below a root in its common form. */
  textToCommon(text: string): string {
    return this.roots.reduce(
      (rest, { name, path }) => replaceWhole(rest, path, MARK + name),
      text,
    );
  }

  /** The text here of one in its common form. */
  textFromCommon(text: string): string {
    return this.roots.reduce(
      (rest, { name, path }) => replaceWhole(rest, MARK + name, path),
      text,
    );
  }

  /** Whether a text may hold a root's path, or what stands for one. */
  mentions(text: string): boolean {
    return text.includes(MARK) || this.roots.some(({ path }) => text.includes(path));
  }
}

/** Whether a root's path ends before this: entries put what they note of a path behind it. */
function ends(char: string | undefined): boolean {
  return char === "/" || char === "\u{1}";
}

/** Whether a path is in its common form, and not one of this checkout. */
export function isCommonPath(path: string): boolean {
  return path.startsWith(MARK);
}

/** A path in its common form as people read it: `<root>/src/a.c`. */
export function tellCommonPath(path: string): string {
  if (!path.startsWith(MARK)) return path;
  const slash = path.indexOf("/");
  const end = slash < 0 ? path.length : slash;
  return `<${path.slice(1, end)}>${path.slice(end)}`;
}

/** A word that stands in a key as people read it: `object=<root>/a.o`. */
export function tellWordInKey(word: string): string {
  return word.replaceAll(/\0(\w+)/g, "<$1>");
}

/** What may stand right before a path: anything that is no part of one, and what sets a colour. */
const BEFORE = new RegExp("(?:^|[^\\w.+@,=~/-]|\u{1b}\\[[\\d;]*[A-Za-z])$");

/** Replaces a path where it ends there or goes on below: `/a/b` is not in `/a/bc`, nor in `/x/a/b`. */
function replaceWhole(text: string, path: string, by: string): string {
  const parts = text.split(path);
  if (parts.length === 1) return text;
  let replaced = parts[0]!;
  for (const part of parts.slice(1)) {
    const isWhole = BEFORE.test(replaced) && !/^[\w.+@,=~-]/.test(part);
    replaced += (isWhole ? by : path) + part;
  }
  return replaced;
}
