/** Puts a variable into the environment, as a line of a shell's language. */
export type ShellDialect = (variable: readonly [name: string, value: string]) => string;

/** sh, bash, zsh. */
export const POSIX: ShellDialect = ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`;

export const FISH: ShellDialect = ([name, value]) =>
  `set -gx ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'\n`;

export const POWERSHELL: ShellDialect = ([name, value]) =>
  `$env:${name} = '${value.replaceAll("'", "''")}'\n`;
