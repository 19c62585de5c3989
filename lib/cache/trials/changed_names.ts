/** The names whose definitions differ between two command lines. */
export interface ChangedNames {
  readonly names: readonly string[];
  /** What the other definitions say, which is the same in both. */
  readonly others: string;
}

/** How many names may differ: each costs a look at all that is read. */
const MOST_NAMES = 8;

/**
 * A name that means nothing to any compiler by itself: with an upper-case letter it's no keyword, operator or attribute, and
 * without underscores of the reserved kind nothing that is built in or asked about where it's defined.
 */
const PLAIN_NAME = /^(?=.*[A-Z])(?!.*__)[A-Za-z]\w*$/;

/** One token or none, of which no compiler has anything to say where the macro is defined. */
const PLAIN_BODY =
  /^(?:|-?[0-9][\w.]*|(?!(?:and|or|xor|not)(?:_eq)?$|bitand$|bitor$|compl$)[A-Za-z](?!.*__)\w*|"(?:(?!\?\?)[ !#-[\]-~])*")$/;

/** A name at the beginning of a definition, whatever follows. */
const NAME = /^-[DU]([^=(\s]*)/;

/**
 * Compares the definitions of two command lines (`-DX=1`, `-UX`); undefined if nothing differs, or if defining these names
 * could mean more than that they are defined.
 */
export function changedNames(then: readonly string[], now: readonly string[]): ChangedNames | undefined {
  const [before, after] = [byName(then), byName(now)];
  const names: string[] = [];
  const others: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name) ?? [], after.get(name) ?? []];
    if (was.length === is.length && was.every((word, i) => word === is[i])) {
      others.push(...was.map((word) => word.slice("-D".length)));
    } else if (was.length <= 1 && is.length <= 1 && [...was, ...is].every(isPlain)) names.push(name);
    else return undefined;
  }
  return names.length === 0 || names.length > MOST_NAMES
    ? undefined
    : { names: names.sort(), others: others.join("\n") };
}

function byName(words: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const word of words) {
    const name = NAME.exec(word)?.[1] ?? "";
    const known = found.get(name);
    if (known === undefined) found.set(name, [word]);
    else known.push(word);
  }
  return found;
}

function isPlain(word: string): boolean {
  const said = word.slice("-D".length);
  if (word.startsWith("-U")) return PLAIN_NAME.test(said);
  const equals = said.indexOf("=");
  if (equals < 0) return PLAIN_NAME.test(said);
  return PLAIN_NAME.test(said.slice(0, equals)) && PLAIN_BODY.test(said.slice(equals + 1));
}
