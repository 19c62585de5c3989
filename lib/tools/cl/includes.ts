import type { Plan } from "../tool.ts";

const CLANG_NOTES: readonly string[] = ["Note: including file:"];

/**
 * How the note begins in each language of Microsoft's compiler, by what others have written down of it: none was seen by a
 * test. In a console's code page the letters outside of ASCII are others, and then it's not known what was read.
 */
const MICROSOFT_NOTES: readonly string[] = [
  ...CLANG_NOTES,
  "Hinweis: Einlesen der Datei:",
  "Not: eklenen dosya:",
  "Nota: file incluso",
  "Nota: inclusión del archivo:",
  "Observação: incluindo arquivo:",
  "Poznámka: Včetně souboru:",
  "Remarque : inclusion du fichier :",
  "Remarque\u00a0: inclusion du fichier\u00a0:",
  "Uwaga: w tym pliku:",
  "Примечание: включение файла:",
  "メモ: インクルード ファイル:",
  "注意: 包含文件:",
  "注意: 包含檔案:",
  "참고: 포함 파일:",
];

/** A message about a place in a file: no note, in whichever language, has a number in brackets and a colon behind it. */
const MESSAGE = /^\S.*\(\d+(?:,\d+)?\) ?: /;

/**
 * The files that /showIncludes lists, as spelled.
 *
 * @param text the compiler's whole standard output
 * @param plan whose output it is: Microsoft's compiler says there which source it compiles, and what it has to say of it
 * @return undefined if it holds a line of another form: then it isn't known what was read
 */
export function parseIncludes(
  text: string,
  { family, source }: Pick<Plan, "family" | "source">,
): readonly string[] | undefined {
  const isMicrosoft = family === "msvc";
  const notes = isMicrosoft ? MICROSOFT_NOTES : CLANG_NOTES;
  const name = source.slice(source.lastIndexOf("/") + 1);
  const files: string[] = [];
  for (const whole of text.split("\n")) {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const file = fileOf(line, notes);
    if (file !== undefined) files.push(file);
    else if (line !== "" && !(isMicrosoft && (line === name || MESSAGE.test(line)))) return undefined;
  }
  return files;
}

function fileOf(line: string, notes: readonly string[]): string | undefined {
  const note = notes.find((note) => line.startsWith(note));
  if (note === undefined) return undefined;
  // as many blanks as the file is deep
  return /^ +(\S.*)$/.exec(line.slice(note.length))?.[1];
}
