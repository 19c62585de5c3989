/** Scripts by which shells complete zccache's command line, made from the command table. */
import type { Command } from "../command.ts";
import { bashCompletion } from "./bash.ts";
import { completionTable } from "./completion_table.ts";
import { fishCompletion } from "./fish.ts";
import { powershellCompletion } from "./powershell.ts";
import { zshCompletion } from "./zsh.ts";

/** The shells, and the file below a prefix's `share` where each looks for the script of an installed program. */
export const SHELLS = {
  bash: { render: bashCompletion, place: "bash-completion/completions/zccache" },
  zsh: { render: zshCompletion, place: "zsh/site-functions/_zccache" },
  fish: { render: fishCompletion, place: "fish/vendor_completions.d/zccache.fish" },
  powershell: { render: powershellCompletion, place: "zccache/completions.ps1" },
} as const;

/** A shell that there is a script for. */
export type Shell = keyof typeof SHELLS;

/** The script for a shell. */
export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  return SHELLS[shell].render(completionTable(commands));
}
