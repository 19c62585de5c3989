import { parseRule, type Rule, type RuleWord } from "./depfile.ts";
import type { Family } from "./tool.ts";

const UTF8 = new TextEncoder();

/**
 * Makes the user's -MMD file from the full one: leaves out system headers and wraps the lines anew, byte for byte as the
 * compiler would have.
 *
 * @param isSystem whether a prerequisite (unescaped) is left out
 * @return undefined if the full text is not one that this family writes, so that nothing is known of its wrapping
 */
export function filterDepfile(
  family: Family,
  full: string,
  isSystem: (path: string) => boolean,
): string | undefined {
  const rule = parseRule(full);
  if (rule === undefined) return undefined;
  // What is wrapped again must come out as it was, or this compiler wraps by other rules.
  if (write(family, rule, () => false) !== full) return undefined;
  return write(family, rule, isSystem);
}

/**
 * A dependency file with other paths, wrapped as the compiler would have.
 *
 * @param rewrite gives a word as it stands in the file, escapes and all, its other form
 * @return undefined if the text is not one that this family writes, or its targets might be wrapped in another way
 */
export function rewriteDepfile(
  family: Family,
  full: string,
  rewrite: (word: string) => string,
): string | undefined {
  const rule = parseRule(full);
  return rule === undefined || write(family, rule, () => false) !== full
    ? undefined
    : rewritten(family, rule, rewrite);
}

/** The same for a text that `rewriteDepfile` made. */
export function rewriteAgain(family: Family, full: string, rewrite: (word: string) => string): string {
  const rule = parseRule(full);
  const text = rule && rewritten(family, rule, rewrite);
  if (text === undefined) throw new TypeError("Cannot write a depfile: it is none that was written by us");
  return text;
}

function rewritten(family: Family, rule: Rule, rewrite: (word: string) => string): string | undefined {
  const rawTargets = rule.rawTargets.replace(/[^\s\\]+/g, rewrite);
  if (rawTargets !== rule.rawTargets && rule.targets.length > 1) return undefined;
  const prerequisites = rule.prerequisites.map((word) => {
    const raw = rewrite(word.raw);
    return { raw, text: word.raw === word.text ? raw : rewrite(word.text) };
  });
  const rest = rule.rest.replace(/^(.+):$/gm, (_line, raw) => `${rewrite(raw)}:`);
  return write(family, { ...rule, rawTargets, prerequisites, rest }, () => false);
}

function write(family: Family, rule: Rule, leavesOut: (path: string) => boolean): string {
  const kept = rule.prerequisites.filter((word) => !leavesOut(word.text));
  const head = `${rule.rawTargets}:`;
  const column = byteLength(head.slice(head.lastIndexOf("\n") + 1));
  const first = family === "gcc" ? wrapLikeGcc(kept, column) : wrapLikeClang(kept, column);
  const dropped = new Set(rule.prerequisites.filter((word) => leavesOut(word.text)).map((word) => word.raw));
  return `${head}${first}\n${filterPhony(rule.rest, dropped)}`;
}

/** gcc: a word that would end behind column 72 goes to the next line. */
function wrapLikeGcc(words: readonly RuleWord[], start: number): string {
  let column = start;
  let text = "";
  for (const { raw } of words) {
    const size = byteLength(raw);
    if (column + size > 72) {
      text += " \\\n";
      column = 0;
    }
    text += ` ${raw}`;
    column += 1 + size;
  }
  return text;
}

/** clang: 75 columns, counted without the escapes, and two more blanks on the lines that go on. */
function wrapLikeClang(words: readonly RuleWord[], start: number): string {
  let column = start;
  let text = "";
  for (const { raw, text: name } of words) {
    const size = byteLength(name) + 1;
    if (column + size + 2 > 75) {
      text += " \\\n ";
      column = 2;
    }
    text += ` ${raw}`;
    column += size;
  }
  return text;
}

/** The -MP rules without those of the dropped; a blank line before a rule goes with it. */
function filterPhony(rest: string, dropped: ReadonlySet<string>): string {
  return rest.replace(/(\n?)([^\n]+):\n/g, (whole, _blank, raw) => dropped.has(raw) ? "" : whole);
}

function byteLength(text: string): number {
  return isAscii(text) ? text.length : UTF8.encode(text).length;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
