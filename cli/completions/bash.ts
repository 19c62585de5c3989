import { type CompletedCommand, type Expected, FIRST_OPTIONS } from "./completion_table.ts";

/** The script for bash, from 3.2 on; with the package bash-completion a compiler's own completion goes on behind it. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return new BashScript(commands).text;
}

const HELPERS = `# bash completion of zccache; made by: zccache completions bash
_zccache_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_zccache_files() {
    local IFS=$'\\n'
    COMPREPLY=($(compgen "$1" -- "$cur"))
    compopt -o filenames 2>/dev/null
}
_zccache_tool() {
    if declare -F _command_offset >/dev/null; then _command_offset "$1"
    elif ((COMP_CWORD == $1)); then COMPREPLY=($(compgen -c -- "$cur"))
    else _zccache_files -f; fi
}
`;

/** Its parts, each for all commands. */
class BashScript {
  readonly #commands: readonly CompletedCommand[];
  /** Those that no program follows. */
  readonly #plain: readonly CompletedCommand[];

  constructor(commands: readonly CompletedCommand[]) {
    this.#commands = commands;
    this.#plain = commands.filter(({ operand }) => operand !== "programs");
  }

  get text(): string {
    const first = [...this.#names, ...FIRST_OPTIONS.map(({ flag }) => flag)].join(" ");
    const wrapping = this.#commands.filter(({ operand }) => operand === "programs").map(({ name }) => name);
    return `${HELPERS}_zccache() {
    local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "${first}" -- "$cur"))
        [[ $cur == -* ]] || COMPREPLY+=($(compgen -c -- "$cur"))
        return
    fi
    case $command:$before in
${this.#commands.flatMap((command) => this.#valueCases(command)).join("\n")}
    esac
    case $command:$cur in
${this.#plain.map(optionCase).join("\n")}
    esac
    case $command in
${this.#plain.map((command) => this.#operandCase(command)).join("\n")}
    ${wrapping.join("|")})
        [[ \${COMP_WORDS[2]} == -- ]] && _zccache_tool 3 || _zccache_tool 2 ;;
    *) _zccache_tool 1 ;;
    esac
}
complete -F _zccache zccache
`;
  }

  get #names(): string[] {
    return this.#commands.map(({ name }) => name);
  }

  #valueCases({ name, options }: CompletedCommand): string[] {
    return options.flatMap(({ flag, value }) =>
      value === undefined ? [] : [`    ${name}:${flag}) ${this.#action(value)}; return ;;`]
    );
  }

  #operandCase({ name, operand }: CompletedCommand): string {
    return `    ${name}) ${this.#action(operand)} ;;`;
  }

  #action(expected: Expected): string {
    switch (expected) {
      case "files":
        return "_zccache_files -f";
      case "folders":
        return "_zccache_files -d";
      case "programs":
        return 'COMPREPLY=($(compgen -c -- "$cur"))';
      case "commands":
        return `_zccache_words "${this.#names.join(" ")}"`;
      case "nothing":
        return ":";
      default:
        return `_zccache_words "${expected.join(" ")}"`;
    }
  }
}

function optionCase({ name, options }: CompletedCommand): string {
  return `    ${name}:-*) _zccache_words "${options.map(({ flag }) => flag).join(" ")}"; return ;;`;
}
