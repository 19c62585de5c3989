import { type PathRules, PATHS, type Uncacheable, uncacheable } from "../core/mod.ts";
import type { ReadText } from "./tool.ts";

/** The arguments with every response file replaced by its words, and the response files that were read (absolute paths). */
export interface Expanded {
  readonly kind: "expanded";
  readonly args: readonly string[];
  readonly readFrom: readonly string[];
}

/** Expansions before the compilers themselves give up (2000); more than that is a file that names itself. */
const MAX_EXPANSIONS = 2000;
const MAX_WORDS = 1_000_000;

/** How a response file's words are quoted. */
export type Quoting = "gnu" | "windows";

/** How clang takes the words of response files: what it was last told by `--rsp-quoting=`, wherever that stands. */
export function clangQuoting(args: readonly string[], usual: Quoting): Quoting {
  const last = args.findLast((arg) => /^--rsp-quoting=(?:posix|windows)$/.test(arg));
  return last === undefined ? usual : last.endsWith("windows") ? "windows" : "gnu";
}

/**
 * Expands `@file` arguments the way gcc and clang do: nested ones too, relative to the caller's folder. One that can't be
 * read is refused: the compilers would take it for a source of that name, which ends in an error or in something rare.
 */
export function expandArguments(
  args: readonly string[],
  readText: ReadText,
  from: { readonly cwd: string; readonly quoting?: Quoting; readonly paths?: PathRules },
): Expanded | Uncacheable {
  const { paths = PATHS } = from;
  const expanded = withResponseFiles(args, readText, { ...from, paths });
  const odd = expanded.kind === "expanded" ? expanded.args.find(paths.isAmbiguous) : undefined;
  return odd === undefined ? expanded : uncacheable("odd-path", odd);
}

function withResponseFiles(
  args: readonly string[],
  readText: ReadText,
  { cwd, quoting = "gnu", paths }: {
    readonly cwd: string;
    readonly quoting?: Quoting;
    readonly paths: PathRules;
  },
): Expanded | Uncacheable {
  if (!args.some((arg) => arg.startsWith("@"))) return { kind: "expanded", args, readFrom: [] };
  const readFrom = new Set<string>();
  const pending = [...args].reverse();
  const expanded: string[] = [];
  let expansions = 0;
  for (let arg = pending.pop(); arg !== undefined; arg = pending.pop()) {
    if (!arg.startsWith("@") || arg.length === 1) {
      expanded.push(arg);
      continue;
    }
    const path = paths.from(cwd, arg.slice(1));
    const text = readText(path);
    if (text === undefined) return uncacheable("response-file", arg);
    readFrom.add(path);
    if (++expansions >= MAX_EXPANSIONS) return uncacheable("response-file-cycle", arg);
    const words = quoting === "gnu" ? splitWords(text) : splitWindowsWords(text);
    if (words === undefined) return uncacheable("response-file", arg);
    if (pending.length + expanded.length + words.length > MAX_WORDS) return uncacheable("too-large", arg);
    for (let at = words.length - 1; at >= 0; at--) pending.push(words[at]!);
  }
  return { kind: "expanded", args: expanded, readFrom: [...readFrom] };
}

/**
 * Splits a response file's text by GNU quoting: blanks separate, '…' and "…" group, a backslash keeps the next character.
 * Undefined where gcc and clang disagree: an empty word, a form feed or vertical tab, a backslash
 * or an open quote at the end, a byte order mark, a NUL.
 */
export function splitWords(text: string): readonly string[] | undefined {
  if (/^\ufeff|[\0\v\f]|\\$/.test(text)) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\") {
      word = (word ?? "") + text[++at];
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/[ \t\n\r]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== undefined) words.push(word);
  return quote !== "" || words.includes("") ? undefined : words;
}

/**
 * Splits a response file's text by Windows' quoting: blanks separate, "…" groups, backslashes stand for themselves but
 * before a quote, where two are one and an odd one keeps the quote. Undefined where it isn't certain what is meant: two
 * quotes in a row, an open quote at the end, an empty word, a byte order mark, a NUL.
 */
export function splitWindowsWords(text: string): readonly string[] | undefined {
  if (/^\ufeff|[\0\v\f]|""/.test(text)) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\") {
      const slashes = /^\\+/.exec(text.slice(at))![0].length;
      const beforeQuote = text[at + slashes] === '"';
      word = (word ?? "") + "\\".repeat(beforeQuote ? slashes >> 1 : slashes);
      at += slashes - 1;
      if (beforeQuote && slashes % 2 === 1) word += text[++at];
    } else if (char === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (!isQuoted && /[ \t\n\r]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== undefined) words.push(word);
  return isQuoted || words.includes("") ? undefined : words;
}
