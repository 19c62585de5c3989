/** What a wrapper script runs: `target`, `args`, the caller's arguments, `lastArgs`. */
export interface WrappedTool {
  readonly target: string;
  readonly args: readonly string[];
  readonly lastArgs: readonly string[];
}

const SHEBANG = /^#!\s*(?:\/usr)?\/bin\/(?:env\s+)?(?:sh|bash|dash)(?:\s+-e)?\s*$/;
/** Lines that do nothing for what is run. */
const IDLE = /^\s*(?:#.*|set\s+-(?:e|u|eu|ue|euo\s+pipefail|o\s+pipefail))?\s*$/;
/** One word without anything that a shell would expand. */
const WORD = /^(?:[A-Za-z0-9_\/.,:=+@%^-]+|'[^']*'|"[^"$`\\!]*")/;

/**
 * Reads a shell script that does nothing but exec one fixed program with fixed arguments and its own ones (`"$@"`).
 * Undefined for every other script: it may do anything.
 */
export function transparentWrapper(scriptText: string): WrappedTool | undefined {
  const [shebang, ...lines] = scriptText.split("\n");
  if (!SHEBANG.test(shebang!)) return undefined;
  const working = lines.filter((line) => !IDLE.test(line));
  if (working.length !== 1) return undefined;
  const words = wordsOf(working[0]!.trim());
  if (words === undefined || words[0] !== "exec") return undefined;
  const own = words.indexOf(CALLERS);
  if (own < 2 || words.lastIndexOf(CALLERS) !== own) return undefined;
  const fixed = words.filter((word): word is string => word !== CALLERS);
  const target = fixed[1]!;
  // `exec -a name` and assignments are the shell's own.
  if (target.startsWith("-") || target === "" || target.includes("=")) return undefined;
  return { target, args: fixed.slice(2, own), lastArgs: fixed.slice(own) };
}

/** Stands for `"$@"`. */
const CALLERS = Symbol("the caller's arguments");

function wordsOf(line: string): readonly (string | typeof CALLERS)[] | undefined {
  const words: (string | typeof CALLERS)[] = [];
  for (let rest = line; rest !== "";) {
    const callers = /^(?:"\$@"|\$\{1\+"\$@"\})(?=\s|$)/.exec(rest);
    const word = callers ?? WORD.exec(rest);
    if (word === null) return undefined;
    const text = word[0];
    if (callers !== null) words.push(CALLERS);
    else words.push(/^['"]/.test(text) ? text.slice(1, -1) : text);
    rest = rest.slice(text.length);
    // Words glued to each other are more than this reads.
    if (rest !== "" && !/^[ \t]/.test(rest)) return undefined;
    rest = rest.trimStart();
  }
  return words;
}
