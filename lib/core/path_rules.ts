/** How a system spells paths. Inside zccache the separator is always a slash, which Windows takes as well. */
export interface PathRules {
  /** Between the folders of PATH and its kin. */
  readonly listSeparator: ":" | ";";
  /** What an executable's file name ends with. */
  readonly executableSuffix: "" | ".exe";
  /** A path from outside, with slashes as separators. */
  slashed(path: string): string;
  /** Whether a path means the same from every folder. */
  isAbsolute(path: string): boolean;
  /** What no `..` climbs over: `/`, `C:/`, `//server/share/`; empty for a relative path. */
  rootOf(path: string): string;
}

export const POSIX_PATHS: PathRules = {
  listSeparator: ":",
  executableSuffix: "",
  slashed: (path) => path,
  isAbsolute: (path) => path.startsWith("/"),
  rootOf: (path) => path.startsWith("/") ? "/" : "",
};

/** `\x` and `C:x`, which depend on a drive's current folder, are not absolute. */
export const WINDOWS_PATHS: PathRules = {
  listSeparator: ";",
  executableSuffix: ".exe",
  slashed: (path) => path.replaceAll("\\", "/"),
  isAbsolute: (path) => WINDOWS_ROOT.test(path),
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
  const whole = rules.isAbsolute(given) ? given : `${rules.slashed(cwd)}/${given}`;
  const root = rules.rootOf(whole);
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `${root}${parts.join("/")}`;
}
