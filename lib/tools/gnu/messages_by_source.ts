import type { Family } from "../tool.ts";

/** Colours and links, as the compilers write them to a terminal. */
// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b\[[\d;]*[mK]|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;

/** Where an included file was included from: the first line, and what gcc goes on with. */
const INCLUDED = /^(?:In file included from| {16,}from) ([^<>:\s][^:]*):\d+[:,]/;
/** `a.c:3:5: warning: …`, `a.c: In function ‘f’:`. */
const LOCATED = /^([^<>{}:\s/][^:]*|\/[^:]*):(?:\d+:(?:\d+:)? | (?:In|At) .*:$)/;
/** What the compilers say last about a source that they have said something about. */
const LAST = new RegExp(
  "^(?:" + [
    "\\d+ (?:warning|error)s?(?: and \\d+ errors?)? generated\\.",
    "compilation terminated\\.",
    "cc1(?:plus|obj|objplus)?: (?:all|some) warnings being treated as errors",
    "cc1(?:plus|obj|objplus)?: note: unrecognized command-line option .*",
  ].join("|") + ")$",
);
const CARETS = /^[ \t~^]*\^[ \t~^]*$/;

/**
 * Parts the messages of one process that compiled these sources, in their order: each begins by naming its source.
 *
 * @return the text of each source ("" if it has none), or undefined where it isn't certain whose a line is
 */
export function messagesBySource(
  family: Family,
  text: string,
  sources: readonly string[],
): readonly string[] | undefined {
  const parts = sources.map(() => "");
  if (text === "") return parts;
  if (!text.endsWith("\n")) return undefined;
  const lines = text.slice(0, -1).split("\n");
  const plain = lines.map((line) => line.replace(ESCAPES, ""));
  let source = -1;
  let before = "";
  let named: string[] = [];
  let isOver = false;
  for (const [at, line] of lines.entries()) {
    const shown = plain[at]!;
    const isQuote = family === "clang" && source >= 0 && !isOver && CARETS.test(plain[at + 1] ?? "");
    const included = isQuote ? undefined : INCLUDED.exec(shown)?.[1];
    if (included !== undefined) {
      before += `${line}\n`;
      named.push(included);
      continue;
    }
    const located = isQuote ? undefined : LOCATED.exec(shown)?.[1];
    if (located !== undefined) {
      const next = sourceAmong([...named, located], sources, source);
      if (next === undefined || (isOver && next === source)) return undefined;
      source = next;
      isOver = false;
    } else if (source < 0 || isOver || before !== "") return undefined;
    else if (LAST.test(shown)) isOver = family === "clang";
    // what stands at a line's beginning and is no quoted code may be anybody's: the driver's, the assembler's
    else if (!isQuote && !/^(?:\s|$)/.test(shown)) return undefined;
    parts[source] += `${before}${line}\n`;
    before = "";
    named = [];
  }
  return before === "" ? parts : undefined;
}

/** The source that a message is about, by the files it names: none of them = the one before. */
function sourceAmong(
  names: readonly string[],
  sources: readonly string[],
  current: number,
): number | undefined {
  const found = new Set(names.map((name) => sources.indexOf(name)).filter((index) => index >= 0));
  if (found.size > 1) return undefined;
  const [index = current] = found;
  return index < 0 || index < current ? undefined : index;
}
