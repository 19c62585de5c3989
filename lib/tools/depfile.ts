/** What a dependency file says. */
export interface Dependencies {
  readonly targets: readonly string[];
  /** In the file's order, as spelled by the compiler, unescaped; the source is the first. */
  readonly prerequisites: readonly string[];
}

/** A word of a rule with its escaped text. */
export interface RuleWord {
  readonly text: string;
  readonly raw: string;
}

/** The first rule of a dependency file in parts, and what follows it. */
export interface Rule {
  readonly targets: readonly RuleWord[];
  readonly prerequisites: readonly RuleWord[];
  /** The text before the colon, as it stands. */
  readonly rawTargets: string;
  /** Everything behind the first rule's last line: the -MP rules. */
  readonly rest: string;
}

/**
 * Reads a dependency file of gcc or clang: one rule, and behind it only rules without prerequisites (-MP), which are
 * ignored. Undefined for anything else.
 */
export function parseDepfile(text: string): Dependencies | undefined {
  const rule = parseRule(text);
  if (rule === undefined) return undefined;
  for (const line of rule.rest.split("\n")) {
    if (line !== "" && !line.endsWith(":")) return undefined;
  }
  return {
    targets: rule.targets.map((word) => word.text),
    prerequisites: rule.prerequisites.map((word) => word.text),
  };
}

/** Splits the first rule; undefined if there is none or it is not of the compilers' making. */
export function parseRule(text: string): Rule | undefined {
  const targets: RuleWord[] = [];
  const prerequisites: RuleWord[] = [];
  let rawTargets: string | undefined;
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === "\n" || (char === "\r" && text[at + 1] === "\n")) {
      at += char === "\n" ? 1 : 2;
      if (rawTargets === undefined && targets.length === 0) continue;
      break;
    }
    if (char === " " || char === "\t") {
      at++;
      continue;
    }
    const joined = char === "\\" ? lineJoin(text, at) : 0;
    if (joined > 0) {
      at += joined;
      continue;
    }
    const word = readWord(text, at, rawTargets === undefined);
    at = word.end;
    if (rawTargets !== undefined) {
      prerequisites.push(word);
      continue;
    }
    if (word.raw !== "") targets.push(word);
    if (text[at] === ":") {
      rawTargets = text.slice(0, at).trimStart();
      at++;
    } else if (word.raw === "") return undefined;
  }
  if (rawTargets === undefined || targets.length === 0) return undefined;
  return { targets, prerequisites, rawTargets, rest: text.slice(at) };
}

/** The length of a backslash and the line end behind it; 0 if that isn't what stands here. */
function lineJoin(text: string, at: number): number {
  if (text[at + 1] === "\n") return 2;
  return text[at + 1] === "\r" && text[at + 2] === "\n" ? 3 : 0;
}

const PLAIN = /[^ \t\r\n\\$:]*/y;

/** The end of the characters from here on that stand for themselves, whatever the word is: nearly always all of it. */
function plainEnd(text: string, start: number): number {
  PLAIN.lastIndex = start;
  PLAIN.test(text);
  return PLAIN.lastIndex;
}

/** Reads one word; as a target it ends at a colon that ends the target list. */
function readWord(text: string, start: number, isTarget: boolean): RuleWord & { readonly end: number } {
  let at = plainEnd(text, start);
  let word = text.slice(start, at);
  while (at < text.length) {
    const char = text[at]!;
    if (char === " " || char === "\t" || char === "\n" || char === "\r") break;
    if (isTarget && char === ":" && /^:(?:[ \t\r\n]|$)/.test(text.slice(at, at + 2))) break;
    if (char === "$" && text[at + 1] === "$") {
      word += "$";
      at += 2;
    } else if (char === "\\") {
      const escape = readBackslashes(text, at);
      if (escape === undefined) break;
      word += escape.text;
      at = escape.end;
    } else {
      // most of a word at once
      const from = at++;
      while (at < text.length && isPlain(text.charCodeAt(at))) at++;
      word += text.slice(from, at);
    }
  }
  return { text: word, raw: text.slice(start, at), end: at };
}

/** Whether a character stands for itself wherever it is in a word: a letter, a digit, or one of `-./` and `_`. */
function isPlain(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x2d && code <= 0x39) || code === 0x5f ||
    (code >= 0x41 && code <= 0x5a);
}

/**
 * Backslashes: before a blank or `#` they come in pairs and an odd one escapes it, as make reads them; before anything
 * else they stand for themselves. Undefined at a line's end, which the rule goes on behind.
 */
function readBackslashes(
  text: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let at = start;
  while (text[at] === "\\") at++;
  const count = at - start;
  const next = text[at];
  if (next === "\n" || (next === "\r" && text[at + 1] === "\n")) {
    return count === 1 ? undefined : { text: "\\".repeat(count - 1), end: at - 1 };
  }
  if (next === " " || next === "\t") {
    if (count % 2 === 1) return { text: "\\".repeat((count - 1) / 2) + next, end: at + 1 };
    return { text: "\\".repeat(count / 2), end: at };
  }
  if (next === "#") return { text: "\\".repeat(count - 1) + "#", end: at + 1 };
  return { text: "\\".repeat(count), end: at };
}
