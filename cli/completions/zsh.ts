import {
  type CompletedCommand,
  type CompletedOption,
  type Expected,
  FIRST_OPTIONS,
} from "./completion_table.ts";

/** The script for zsh: a file \`_zccache\` in a folder of fpath, or to be sourced after compinit. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map((command) => `    (${command.name}) ${argumentsOf(command)} ;;`);
  return `#compdef zccache
# made by: zccache completions zsh
_zccache_commands() {
  local -a commands=(
${described.join("\n")}
  )
  _describe -t commands 'zccache command' commands
}
_zccache() {
  local curcontext=$curcontext context state state_descr line
  typeset -A opt_args
  _arguments -C ${FIRST_OPTIONS.map(optionSpec).join(" ")} '1: :->first' '*:: :->rest'
  case $state in
  (first) _alternative 'commands: :_zccache_commands' 'programs:program: _command_names -e' ;;
  (rest)
    case $words[1] in
${cases.join("\n")}
    (*) _normal ;;
    esac ;;
  esac
}
if [[ $funcstack[1] == _zccache ]]; then _zccache "$@"; else compdef _zccache zccache; fi
`;
}

function argumentsOf({ options, operand }: CompletedCommand): string {
  if (operand === "programs") {
    return "shift words; (( CURRENT-- )); [[ $words[1] == -- ]] && { shift words; (( CURRENT-- )) }; _normal";
  }
  const operands = operand === "nothing" ? [] : [quoted(`*: :${action(operand)}`)];
  return ["_arguments", ...options.map(optionSpec), ...operands].join(" ");
}

function optionSpec({ flag, short, meaning, value }: CompletedOption): string {
  const text = `[${meaning.replace(/[[\]\\:]/g, "\\$&")}]`;
  const after = value === undefined ? "" : `:value:${action(value)}`;
  if (short !== undefined) return `'(- *)'{${short},${flag}}${quoted(text)}`;
  return quoted(`${flag}${value === undefined ? "" : "="}${text}${after}`);
}

function action(expected: Expected): string {
  switch (expected) {
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "programs":
      return "_command_names -e";
    case "commands":
      return "_zccache_commands";
    case "nothing":
      return " ";
    default:
      return `(${expected.join(" ")})`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
