import type { Command, OptionRow } from "../command.ts";
import { HELP_OPTION } from "../parse.ts";

/** What may stand in a place: files, folders, names of programs, names of commands, some words, or what nobody can guess. */
export type Expected = "files" | "folders" | "programs" | "commands" | "nothing" | readonly string[];

/** An option as a shell completes it. */
export interface CompletedOption {
  /** With its dashes. */
  readonly flag: string;
  readonly short?: string;
  readonly meaning: string;
  /** What follows it; undefined for a switch. */
  readonly value?: Expected;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly operand: Expected;
}

/** What may stand in the place of a command and is none. */
export const FIRST_OPTIONS: readonly CompletedOption[] = [
  { flag: "--help", short: "-h", meaning: "show the help" },
  { flag: "--version", short: "-V", meaning: "show the version" },
  { flag: "--clear", meaning: "the same as zccache clear" },
  { flag: "--show-stats", meaning: "the same as zccache status" },
];

/** The commands with all that completion needs, from the table that also makes the help. */
export function completionTable(commands: readonly Command[]): CompletedCommand[] {
  return commands.flatMap((command) => {
    const names = [command.name, ...command.aliases.filter((alias) => !alias.startsWith("-"))];
    const options = [...command.options, HELP_OPTION].map(completedOption);
    return names.map((name) => ({
      name,
      summary: command.summary,
      options,
      operand: expectedIn(command.operands),
    }));
  });
}

function completedOption({ name, short, takes, meaning }: OptionRow): CompletedOption {
  return {
    flag: `--${name}`,
    ...(short === undefined ? {} : { short: `-${short}` }),
    meaning,
    ...(takes === undefined ? {} : { value: expectedIn(takes) }),
  };
}

/** What the words of a usage line stand for: capitals name a thing, small letters are meant as they stand. */
function expectedIn(usage: string): Expected {
  const words = /[a-z]+(?:\|[a-z]+)+/.exec(usage)?.[0];
  if (words !== undefined) return words.split("|");
  if (/COMPILER/.test(usage)) return "programs";
  if (/COMMAND/.test(usage)) return "commands";
  if (/FILE|SOCKET|PATH/.test(usage)) return "files";
  return /FOLDER|DIR/.test(usage) ? "folders" : "nothing";
}
