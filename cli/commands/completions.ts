import { type Command, printed, said } from "../command.ts";
import { renderCompletion, type Shell, SHELLS } from "../completions/mod.ts";

/** `zccache completions SHELL`; the table is given, because this command is part of it. */
export function completionsCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completions",
    aliases: [],
    summary: "print a script that lets a shell complete zccache's words",
    about: [
      "Prints the script for a shell: commands, their options and what follows these; behind a compiler, what the shell " +
      "knows to complete for that. An installed zccache has the same scripts below share, where shells look for them.",
    ],
    operands: "bash|zsh|fish|powershell",
    operandCount: [1, 1],
    options: [],
    examples: [
      ['eval "$(zccache completions bash)"', "in ~/.bashrc"],
      ["source <(zccache completions zsh)", "in ~/.zshrc, after compinit"],
      ["zccache completions fish | source", "in ~/.config/fish/config.fish"],
      ["zccache completions powershell | Out-String | Invoke-Expression", "in $PROFILE"],
    ],
    exits: [[0, "printed"], [2, "there is no script for this shell"]],
    variables: [],
    place: "anywhere",
    run: ({ options }) => {
      const [shell = ""] = options.operands;
      if (isShell(shell)) return Promise.resolve(printed(renderCompletion(shell, commands())));
      const shells = Object.keys(SHELLS).join(", ");
      return Promise.resolve(said(2, `error: there is no script for ${shell}; there is one for ${shells}\n`));
    },
  };
}

function isShell(word: string): word is Shell {
  return Object.hasOwn(SHELLS, word);
}
