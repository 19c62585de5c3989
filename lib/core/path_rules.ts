/** How a system spells paths. Inside zccache the separator is always a slash, which Windows takes as well. */
export interface PathRules {
  /** The path of what an absolute path begins with: a name in the root, a drive. */
  topmost(name: string): string;
  /** Between the folders of PATH and its kin. */
  readonly listSeparator: ":" | ";";
  /** The file that a program's name stands for. */
  executable(name: string): string;
  /** Whether a file of this mode may be run, as far as the mode tells. */
  mayRun(mode: number | null): boolean;
  /** The name of an environment variable, the same for all spellings that mean the same. */
  variableName(name: string): string;
  /** A path from outside, with slashes as separators. */
  slashed(path: string): string;
  /** Whether a path means the same from every folder. */
  isAbsolute(path: string): boolean;
  /** A path as seen from a folder (absolute); both with slashes. */
  from(folder: string, path: string): string;
  /** Whether a word of a command line may hold a path that is read otherwise than with slashes. */
  isAmbiguous(word: string): boolean;
  /** What no `..` climbs over: `/`, `C:/`, `//server/share/`; empty for a relative path. */
  rootOf(path: string): string;
}

export const POSIX_PATHS: PathRules = {
  listSeparator: ":",
  topmost: (name) => `/${name}`,
  executable: (name) => name,
  mayRun: (mode) => mode === null || (mode & 0o111) !== 0,
  variableName: (name) => name,
  slashed: (path) => path,
  isAbsolute: (path) => path.startsWith("/"),
  from: (folder, path) => path.startsWith("/") ? path : `${folder}/${path}`,
  isAmbiguous: () => false,
  rootOf: (path) => path.startsWith("/") ? "/" : "",
};

/** `\x` and `C:x`, which depend on a drive's current folder, are not absolute. */
export const WINDOWS_PATHS: PathRules = {
  listSeparator: ";",
  topmost: (name) => name,
  executable: (name) => /\.exe$/i.test(name) ? name : `${name}.exe`,
  mayRun: () => true,
  variableName: (name) => name.toUpperCase(),
  slashed: (path) => path.replaceAll("\\", "/"),
  isAbsolute: (path) => WINDOWS_ROOT.test(path),
  from: (folder, path) => {
    if (WINDOWS_ROOT.test(path)) return path;
    return path.startsWith("/") ? `${WINDOWS_PATHS.rootOf(folder)}${path.slice(1)}` : `${folder}/${path}`;
  },
  isAmbiguous: (word) => !word.startsWith("-D") && /\\|[A-Za-z]:(?!\/)/.test(word),
  rootOf: (path) => {
    const root = WINDOWS_ROOT.exec(path)?.[0] ?? "";
    return root === "" || root.endsWith("/") ? root : `${root}/`;
  },
};

const WINDOWS_ROOT = /^(?:[A-Za-z]:\/|\/\/[^/]+\/[^/]+(?:\/|$))/;

/** The rules of the system we run on. */
export const PATHS: PathRules = Deno.build.os === "windows" ? WINDOWS_PATHS : POSIX_PATHS;

/** Joins a path to `cwd` (absolute) and folds `.`, `..` and doubled slashes, as text; `~` is not expanded. */
export function absolutePath(path: string, cwd: string, rules: PathRules = PATHS): string {
  const given = rules.slashed(path);
  const whole = rules.from(rules.slashed(cwd), given);
  const root = rules.rootOf(whole);
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `${root}${parts.join("/")}`;
}

/** The folder part of a normalised absolute path; a root is its own. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  const root = PATHS.rootOf(path);
  return slash < root.length ? root : path.slice(0, slash);
}
