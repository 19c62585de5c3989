import { KeyRecipe } from "../../core/mod.ts";
import type { Call } from "../tool.ts";
import { commonTokens, type Shared } from "./checkout.ts";
import { addEnvironment } from "./environment.ts";
import { addMessageForm } from "./messages.ts";
import type { Outputs } from "./outputs.ts";
import type { Reading } from "./reading.ts";

/** Label of what -D and -U say: a second chance leaves it out. */
export const DEFINE = "define";

/**
 * The key's facts: what the outputs and messages depend on besides the compiler and the contents of files. Names of
 * outputs count only where something that is kept holds them.
 */
export function recipeOf(
  reading: Reading,
  call: Call,
  { outputs, shared }: { readonly outputs: Outputs; readonly shared: Shared | undefined },
): KeyRecipe {
  const recipe = new KeyRecipe();
  const roots = shared?.roots;
  const source = reading.sources[0]!;
  recipe.add("family", reading.family);
  // Messages begin with the driver's name, and clang's says which target and language is meant.
  recipe.add("driver", call.name.slice(call.name.lastIndexOf("/") + 1));
  recipe.add("mode", outputs.mode);
  recipe.add("language", source.language);
  const common = (path: string) => roots?.toCommon(path) ?? path;
  recipe.add("source", common(source.path));
  for (const word of reading.words) {
    if (reading.holdsArguments || word.part === "key") {
      const label = word.option === "-D" || word.option === "-U" ? DEFINE : "arg";
      const tokens = roots === undefined ? word.tokens : commonTokens(word, roots);
      for (const token of tokens) recipe.add(label, token);
    }
  }
  addMessageForm(recipe, call);
  if (shared !== undefined) recipe.add("checkout", common(call.cwd));
  else if (reading.folderCounts) recipe.add("folder", call.cwd);
  if (reading.folderCounts && !shared?.namesFolder) {
    // The compilers take PWD for the folder's name if it is the same folder.
    const pwd = call.env.get("PWD");
    if (pwd !== undefined && pwd !== call.cwd) recipe.add("pwd", common(pwd));
  }
  if (reading.outputCounts) recipe.add("output", common(outputs.main.path));
  addDepfile(recipe, reading, { ...outputs, common });
  addEnvironment(recipe, call.env, roots);
  return recipe;
}

/** What the dependency file's text depends on: its form and the targets' names, not its own name. */
function addDepfile(
  recipe: KeyRecipe,
  reading: Reading,
  outputs: Outputs & { readonly common: (path: string) => string },
): void {
  const { common } = outputs;
  if (outputs.depfile === undefined) return;
  const ask = reading.depfile;
  recipe.add("depfile", `${ask.kind}${ask.phony ? " MP" : ""}${ask.byPreprocessor ? " Wp" : ""}`);
  for (const target of ask.targets) recipe.add("depfile-target", common(target));
  if (ask.targets.length === 0) recipe.add("depfile-output", common(outputs.main.path));
}
