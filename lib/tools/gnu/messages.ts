import type { KeyRecipe } from "../../core/mod.ts";
import type { Call } from "../tool.ts";

/** Variables by which users ask for colours or none wherever the messages go. */
const ASKED = ["CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "NO_COLOR"];

/** Variables that tell what a terminal can do, and how wide it is. GCC_COLORS and kin always count. */
const ON_TERMINAL = [
  "COLORTERM",
  "COLUMNS",
  "HOME", // ~/.terminfo
  "LINES",
  "TERM",
  "TERMINFO",
  "TERMINFO_DIRS",
  "TERM_PROGRAM",
  "VTE_VERSION",
];

/**
 * Adds what the form of the messages depends on to the key. The launcher gives the tool a terminal where its caller has
 * one, so the compiler itself chooses colours, links and the width. gcc asks standard input for the width.
 */
export function addMessageForm(recipe: KeyRecipe, { terminal, env }: Call): void {
  addVariables(recipe, ASKED, env);
  if (!terminal.stderr) return;
  recipe.add("terminal", `${terminal.columns}${terminal.stdin ? " stdin" : ""}`);
  addVariables(recipe, ON_TERMINAL, env);
}

function addVariables(recipe: KeyRecipe, names: readonly string[], env: Call["env"]): void {
  for (const name of names) {
    const value = env.get(name);
    if (value !== undefined) recipe.add("messages", `${name}=${value}`);
  }
}
