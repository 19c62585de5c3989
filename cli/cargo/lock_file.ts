/** A package of a lock file that comes from a registry or from a repository: its files never change. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly from: "registry" | "git";
}

const FIELD = /^(name|version|source) = "((?:[^"\\]|\\.)*)"$/;

/**
 * The packages of a `Cargo.lock` that have a source; the workspace's own have none. The file is cargo's own writing, one
 * field a line; undefined if it isn't.
 */
export function readLockFile(text: string): LockedPackage[] | undefined {
  const packages: LockedPackage[] = [];
  const blocks = text.split(/^\[\[package\]\]\r?$/m).slice(1);
  if (blocks.length === 0 && !/^version = \d+\r?$/m.test(text)) return undefined;
  for (const block of blocks) {
    const fields = new Map<string, string>();
    for (const line of block.split(/\r?\n/)) {
      // what follows is another table: metadata, a patch nobody uses
      if (line.startsWith("[")) break;
      const [, name, value] = FIELD.exec(line) ?? [];
      if (name !== undefined && value !== undefined) fields.set(name, value);
    }
    const [name, version, source] = [fields.get("name"), fields.get("version"), fields.get("source")];
    if (name === undefined || version === undefined) return undefined;
    if (source === undefined) continue;
    packages.push({ name, version, from: source.startsWith("git+") ? "git" : "registry" });
  }
  return packages;
}

/** The folder in which a registry's package stands in cargo's home, and the one of a repository's revision. */
const REGISTRY = /\/registry\/src\/[^/]+\/([^/]+)\//;
const REPOSITORY = /\/git\/checkouts\/[^/]+\/[^/]+\//;

/** Whether a crate is part of a locked package, by where its root is (absolute) and its name. */
export function isLocked(crate: string, source: string, packages: readonly LockedPackage[]): boolean {
  const folder = REGISTRY.exec(source)?.[1];
  if (folder !== undefined) {
    return packages.some(({ from, name, version }) => from === "registry" && folder === `${name}-${version}`);
  }
  // a repository's folder doesn't say which of its packages this is
  if (!REPOSITORY.test(source)) return false;
  return packages.some(({ from, name }) => from === "git" && name.replaceAll("-", "_") === crate);
}
