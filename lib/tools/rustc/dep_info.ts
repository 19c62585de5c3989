/** What a dep-info file of rustc says. */
export interface DepInfo {
  /** Every file that the compiler says it read, as spelled, the crate's root among them. */
  readonly files: readonly string[];
  /** Variables that the crate asked for; undefined = it was not set. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads a dep-info file: a rule for each output, all with the same files, then `file:` lines, then `# env-dep:` lines.
 * Undefined for anything else.
 */
export function parseDepInfo(text: string): DepInfo | undefined {
  const files = new Set<string>();
  const variables = new Map<string, string | undefined>();
  let rules = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (line.startsWith("# env-dep:")) {
      const { name, value } = readVariable(line.slice("# env-dep:".length));
      variables.set(name, value);
      continue;
    }
    if (line.startsWith("# checksum:")) continue;
    if (line.startsWith("#")) return undefined;
    const colon = /:(?: |$)/.exec(line);
    if (colon === null) return undefined;
    rules++;
    const words = readWords(line.slice(colon.index + 1));
    for (const word of words) files.add(word);
  }
  return rules === 0 ? undefined : { files: [...files], variables };
}

/** A backslash escapes a blank, and stands for itself before anything else. */
function readWords(text: string): string[] {
  return Array.from(text.matchAll(WORD), ([word]) => word.replaceAll("\\ ", " "));
}

const WORD = /(?:\\ |[^ ])+/g;

/** `NAME=VALUE` or `NAME`; in both, `\n`, `\r` and `\\` stand for what they usually do. */
function readVariable(text: string): { readonly name: string; readonly value: string | undefined } {
  const equals = text.indexOf("=");
  const plain = (escaped: string) =>
    escaped.replace(/\\([nr\\])/g, (_, char) => char === "n" ? "\n" : char === "r" ? "\r" : "\\");
  return equals < 0
    ? { name: plain(text), value: undefined }
    : { name: plain(text.slice(0, equals)), value: plain(text.slice(equals + 1)) };
}
