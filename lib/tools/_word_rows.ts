/** What is written into a response file, and the words in it; undefined where we don't dare to tell. */
type Rows = readonly (readonly [text: string, words: readonly string[] | undefined])[];

/** As GNU tools read them. */
export const WORDS: Rows = [
  ["a b\tc\nd\re", ["a", "b", "c", "d", "e"]],
  ["a\fb", undefined],
  ["a\vb", undefined],
  [`'a b' "c d" e' 'f`, ["a b", "c d", "e f"]],
  [`a\\ b \\"c\\" '\\'' "\\""`, ["a b", '"c"', "'", '"']],
  [`-DX=\\"y\\" '-DZ="q"'`, ['-DX="y"', '-DZ="q"']],
  ["a\\\nb", ["a\nb"]],
  ["C:\\\\x", ["C:\\x"]],
  ["", []],
  [" \n ", []],
  ["# no comment", ["#", "no", "comment"]],
  ["a ''", undefined],
  ["a\\", undefined],
  ["'a", undefined],
  ["\ufeffa", undefined],
  ["a\0b", undefined],
];

/** As Windows' tools read them. */
export const WINDOWS_WORDS: Rows = [
  ["a b\tc\r\nd", ["a", "b", "c", "d"]],
  ["C:\\dir\\x 'y z'", ["C:\\dir\\x", "'y", "z'"]],
  [`"a b" c" d"e`, ["a b", "c de"]],
  [`-DX=\\"y\\" "\\\\" "a\\\\\\"b" \\\\z\\`, ['-DX="y"', "\\", 'a\\"b', "\\\\z\\"]],
  [`"a`, undefined],
  [`a "" b`, undefined],
  ["\ufeffa", undefined],
];
