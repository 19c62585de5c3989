/** How paths are written anew, and texts in which there may be any number of them. */
export interface Rewriting {
  path(path: string): string;
  text(text: string): string;
}

const VARIABLE = "# env-dep:";

/** A dep-info with each path written anew. */
export function rewriteDepInfo(text: string, rewriting: Rewriting): string {
  return text.split("\n").map((line) => {
    if (line.startsWith(VARIABLE)) {
      const value = line.indexOf("=") + 1;
      return value === 0 ? line : line.slice(0, value) + rewriting.text(line.slice(value));
    }
    if (line.startsWith("#")) return line;
    const words = line.split(" ");
    // a blank behind a backslash is part of a name
    return words.map((word, i) => words[i - 1]?.endsWith("\\") ? word : rewriting.path(word)).join(" ");
  }).join("\n");
}

/** A line by which the compiler tells cargo that an output is there. */
const ARTIFACT = /^(\{(?:"\$message_type":"artifact",)?"artifact":")([^"\\]*)(".*)$/;

/** Messages in JSON with the paths of finished outputs written anew; whatever else they say stays. */
export function rewriteArtifacts(text: string, rewriting: Rewriting): string {
  return text.split("\n").map((line) =>
    line.replace(ARTIFACT, (_, before, path, after) => before + rewriting.path(path) + after)
  ).join("\n");
}
