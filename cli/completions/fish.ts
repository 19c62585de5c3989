import {
  type CompletedCommand,
  type CompletedOption,
  type Expected,
  FIRST_OPTIONS,
} from "./completion_table.ts";

/** The script for fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  const plain = commands.filter(({ operand }) => operand !== "programs");
  return `# fish completion of zccache; made by: zccache completions fish
function __zccache_is
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
end
function __zccache_first
    set -l words (commandline -opc)
    not set -q words[2]
end
function __zccache_tool
    set -l words (commandline -opc)
    set -q words[2]; and not contains -- $words[2] ${plain.map(({ name }) => name).join(" ")}
end
complete -c zccache -f
complete -c zccache -n __zccache_first -a '(__fish_complete_command)'
${
    FIRST_OPTIONS.map((option) => `complete -c zccache -n __zccache_first ${optionWords(option, names)}`)
      .join("\n")
  }
${
    commands.map(({ name, summary }) =>
      `complete -c zccache -n __zccache_first -a ${name} -d ${quoted(summary)}`
    ).join("\n")
  }
complete -c zccache -n __zccache_tool -x -a '(__fish_complete_subcommand)'
${plain.flatMap(commandLines).join("\n")}
`;

  function commandLines({ name, options, operand }: CompletedCommand): string[] {
    const condition = quoted(`__zccache_is ${name}`);
    const operands = operand === "nothing"
      ? []
      : [`complete -c zccache -n ${condition} ${action(operand, names)}`];
    return [
      ...options.map((option) => `complete -c zccache -n ${condition} ${optionWords(option, names)}`),
      ...operands,
    ];
  }
}

function optionWords({ flag, short, meaning, value }: CompletedOption, names: readonly string[]): string {
  const words = [`-l ${flag.slice(2)}`];
  if (short !== undefined) words.push(`-s ${short.slice(1)}`);
  if (value !== undefined) words.push("-r", action(value, names));
  return [...words, `-d ${quoted(meaning)}`].filter((word) => word !== "").join(" ");
}

function action(expected: Expected, names: readonly string[]): string {
  switch (expected) {
    case "files":
      return "-F";
    case "folders":
      return "-x -a '(__fish_complete_directories)'";
    case "programs":
      return "-x -a '(__fish_complete_command)'";
    case "commands":
      return `-x -a ${quoted(names.join(" "))}`;
    case "nothing":
      return "-f";
    default:
      return `-x -a ${quoted(expected.join(" "))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
