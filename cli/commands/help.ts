import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { renderCommandHelp, renderProgramHelp } from "../help.ts";
import { withHint } from "../parse.ts";

/** `zccache help [COMMAND]`; the table it shows is given, because it is part of that table itself. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    aliases: [],
    summary: "show this help, or that of a command",
    about: ["Prints the same as zccache --help, or as zccache COMMAND --help."],
    operands: "[COMMAND]",
    operandCount: [0, 1],
    options: [],
    examples: [["zccache help status", "the help of status"]],
    exits: [[0, "shown"], [2, "there is no such command"]],
    variables: [],
    place: "anywhere",
    run: (context) => Promise.resolve(runHelp(context, commands())),
  };
}

function runHelp({ options, terminal }: Context, commands: readonly Command[]): Outcome {
  const [word] = options.operands;
  if (word === undefined) return printed(renderProgramHelp(commands, terminal));
  const command = commands.find((c) => c.name === word || c.aliases.includes(word));
  if (command !== undefined) return printed(renderCommandHelp(command, terminal));
  const words = commands.flatMap((c) => [c.name, ...c.aliases]);
  return said(2, `error: ${withHint(`there is no command ${word}`, word, words)}\n`);
}
