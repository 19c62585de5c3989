/** One lexical thing that may hold or be a comment, in the order in which a lexer meets them. */
const LEXEME =
  /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|(?<![0-9A-Za-z_])(?:L|u8?|U)?'(?:[^'\\\n]|\\.)*'/g;

/** The text with each comment replaced by one space; for texts without continued lines and raw strings. */
export function stripComments(text: string): string {
  return text.replace(LEXEME, (lexeme) => lexeme[0] === "/" ? " " : lexeme);
}

/** The text as it is. */
export function blankComments(text: string): string {
  return text;
}
