/** What a lexer meets, where it matters for finding comments, and what none of it explains. */
const LEXEME = new RegExp(
  [
    "/\\*[^]*?\\*/", // block comment
    "//[^\\n]*", // line comment
    '(?<![0-9A-Za-z_$\\x80-\\xff])(?:u8|[uUL])?R"', // the beginning of a raw string
    '"(?:[^"\\\\\\n]|\\\\.)*"', // string
    "(?<![0-9A-Za-z_$\\x80-\\xff])(?:u8|[uUL])?'(?:[^'\\\\\\n]|\\\\.)*'", // character
    "(?<=[0-9A-Fa-f])'(?=[0-9A-Fa-f])", // between the digits of a number
    "/\\*|[\"']", // a comment or literal without an end
  ].join("|"),
  "g",
);

/** Compilers and checkers read these, or may warn of them. */
const SIGNIFICANT = /[^\t\n\r -~]|[fF][aA][lL][lL]|[lL][iI][nN][tT]|clang-/;

/** Where a comment's delimiter would belong to the name of a file. */
const IN_FILE_NAME = /(?:include|import|embed)[^\n<]*<[^>\n]*$/;
const BEFORE_FILE_NAME = /(?:include|import|embed)(?:_next)?[^\n"]*$/;

/** The text with each comment replaced by one space; for texts without continued lines and raw strings. */
export function stripComments(text: string): string {
  return text.replace(LEXEME, (lexeme) => isComment(lexeme) ? " " : lexeme);
}

/**
 * The text (bytes as Latin-1) with its comments turned into spaces and white space taken off the ends of lines: each token
 * keeps its line and column, so texts that are equal afterwards preprocess to the same tokens at the same places.
 * Holds for C and C++ where `//` begins a comment (not for `-std=c90`, traditional C or assembler). A comment that a
 * compiler may take notice of stays; if anything is in doubt the text comes back as it was.
 */
export function blankComments(original: string): string {
  if (isUnclear(original)) return original;
  const text = original.includes(" \n") || original.includes("\t\n") || original.includes("\r\n")
    ? original.replace(LINE_ENDS, "\n")
    : original;
  let result = "";
  let from = 0;
  let padded = false;
  for (const { 0: lexeme, index } of text.matchAll(LEXEME)) {
    if (isDoubtful(text, lexeme, index)) return original;
    if (!isComment(lexeme) || isKept(lexeme)) continue;
    let end = index;
    while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
    // With the comment gone, a backslash before it would come to stand at the end of the line.
    if (text.charCodeAt(end - 1) === BACKSLASH) return original;
    const after = index + lexeme.length;
    const ends = after === text.length || text.charCodeAt(after) === NEWLINE;
    result += text.slice(from, ends || lexeme.includes("\n") ? end : index) + blankOf(lexeme, ends);
    padded ||= !ends;
    from = after;
  }
  result += text.slice(from);
  return padded ? result.replace(LINE_ENDS, "\n") : result;
}

const LINE_ENDS = /(?<![ \t\r])[ \t\r]+\n/g;
const NEWLINE = 10;
const BACKSLASH = 92;

function isBlank(character: number): boolean {
  return character === 32 || character === 9;
}

/** Its line breaks, and unless nothing follows, white space as wide as its last line: what follows keeps its place. */
function blankOf(comment: string, ends: boolean): string {
  const lines = comment.split("\n");
  const breaks = "\n".repeat(lines.length - 1);
  return ends ? breaks : breaks + lines[lines.length - 1]!.replace(/[^\t]/g, " ");
}

function isComment(lexeme: string): boolean {
  return lexeme[0] === "/" && lexeme.length > 2 || lexeme === "//";
}

/**
 * Whether the comments can't be told for certain from the bytes: trigraphs, lone carriage returns, lines that are
 * continued inside a delimiter or with space after the backslash.
 */
function isUnclear(text: string): boolean {
  if (text.includes("??/") || text.includes("\r") && /\r(?!\n)/.test(text)) return true;
  if (SPACED_CONTINUATIONS.some((start) => text.includes(start)) && /\\[ \t\v\f]+\r?\n/.test(text)) {
    return true;
  }
  return text.includes("\\\n") || text.includes("\\\r\n") ? /[/*R]\\\r?\n/.test(text) : false;
}

const SPACED_CONTINUATIONS = ["\\ ", "\\\t", "\\\v", "\\\f"];

function isDoubtful(text: string, lexeme: string, index: number): boolean {
  if (
    lexeme === "/*" || lexeme === '"' || lexeme === "'" && !isSeparator(text, index) || lexeme.endsWith('R"')
  ) {
    return true;
  }
  if (lexeme[0] === "/") {
    if (lexeme.includes("\\\n") || lexeme.includes("\\\r") || lexeme[1] === "/" && lexeme.endsWith("\\")) {
      return true;
    }
    const before = lineBefore(text, index);
    return before.includes("<") && IN_FILE_NAME.test(before);
  }
  return lexeme.includes("\\") && BEFORE_FILE_NAME.test(lineBefore(text, index));
}

function isSeparator(text: string, index: number): boolean {
  return /[0-9A-Fa-f]/.test(text[index - 1] ?? "") && /[0-9A-Fa-f]/.test(text[index + 1] ?? "");
}

function lineBefore(text: string, index: number): string {
  return text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
}

function isKept(comment: string): boolean {
  // C90 reads `//*` as a division.
  return SIGNIFICANT.test(comment) || comment.includes("/*", 1) || comment.startsWith("//*");
}
