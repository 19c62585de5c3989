/** What a package's Cargo.toml has besides its name, each as it stands there: lines, or whole tables for `more`. */
export interface Tables {
  readonly library?: string;
  readonly dependencies?: string;
  readonly more?: string;
}

/** The text of a package's Cargo.toml. */
export function manifest(name: string, { library, dependencies, more = "" }: Tables = {}): string {
  const lib = library === undefined ? "" : `[lib]\n${library}\n`;
  const needs = dependencies === undefined ? "" : `[dependencies]\n${dependencies}\n`;
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${lib}${needs}${more}`;
}
