import { type CompletedCommand, FIRST_OPTIONS } from "./completion_table.ts";

/** The script for PowerShell; where it has no words, the shell goes on with files. */
export function powershellCompletion(commands: readonly CompletedCommand[]): string {
  const first = [
    ...commands.map(({ name, summary }) => ({ flag: name, meaning: summary })),
    ...FIRST_OPTIONS,
  ];
  const rows = commands.map((command) =>
    `        ${quoted(command.name)} = @(${wordsOf(command).map(pair).join(", ")})`
  );
  return `# PowerShell completion of zccache; made by: zccache completions powershell
Register-ArgumentCompleter -Native -CommandName zccache -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $first = @(${first.map(pair).join(", ")})
    $byCommand = @{
${rows.join("\n")}
    }
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $done = if ($wordToComplete -eq '') { $words.Count } else { $words.Count - 1 }
    $found = if ($done -le 1) { $first } else { $byCommand[$words[1]] }
    $found | Where-Object { $_ -and $_[0].StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
`;

  function wordsOf({ options, operand }: CompletedCommand): { flag: string; meaning: string }[] {
    const words = operand === "commands"
      ? commands.map(({ name, summary }) => ({ flag: name, meaning: summary }))
      : typeof operand === "string"
      ? []
      : operand.map((word) => ({ flag: word, meaning: word }));
    return [...options, ...words];
  }
}

function pair({ flag, meaning }: { readonly flag: string; readonly meaning: string }): string {
  return `,@(${quoted(flag)}, ${quoted(meaning)})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
