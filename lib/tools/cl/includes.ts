const LINE = /^Note: including file: +(\S.*?)\r?$/;

/**
 * The files that /showIncludes lists, as spelled.
 *
 * @param text the compiler's whole standard output
 * @return undefined if it holds a line of another form: then it isn't known what was read
 */
export function parseIncludes(text: string): readonly string[] | undefined {
  const files: string[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const file = LINE.exec(line)?.[1];
    if (file === undefined) return undefined;
    files.push(file);
  }
  return files;
}
