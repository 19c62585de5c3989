/** Writes the pages of docs/manual that are made from tables; `deno run -A _tools/gen_manual.ts`. A test compares. */
import type { Command } from "../cli/command.ts";
import { COMMANDS } from "../cli/commands/mod.ts";
import { REASONS, SETTING_ROWS } from "../lib/core/mod.ts";
import { REPOSITORY } from "./run.ts";

/** The generated pages: path in the repository, text as the formatter leaves it. */
export async function manualPages(): Promise<ReadonlyMap<string, string>> {
  const pages: [string, string][] = [
    ["docs/manual/commands.md", commandsPage()],
    ["docs/manual/settings.md", settingsPage()],
    ["docs/manual/reasons.md", reasonsPage()],
  ];
  return new Map(
    await Promise.all(pages.map(async ([path, text]) => [path, await formatMarkdown(text)] as const)),
  );
}

function commandsPage(): string {
  return [
    "# Commands",
    generatedFrom("the command table, `cli/commands/`"),
    "`zccache COMPILER [ARGUMENT…]` compiles. A first word from this list is a command instead; `wrap` runs a compiler " +
    "of such a name. A word that is neither a command nor a program on PATH is an error: exit 2 with the likely " +
    "command, if it stands alone or is nearly one, else exit 127, as a shell has it.",
    ...COMMANDS.map(commandSection),
  ].join("\n\n");
}

function commandSection(command: Command): string {
  const usage = [`zccache ${command.name}`, command.options.length > 0 ? "[OPTION…]" : "", command.operands];
  const also = command.aliases.length === 0 ? "" : ` Also: ${command.aliases.map(code).join(", ")}.`;
  const parts = [
    `## ${command.name}`,
    `${code(usage.filter((part) => part !== "").join(" "))}: ${command.summary}.${also}`,
    ...command.about,
  ];
  if (command.options.length > 0) {
    parts.push(table(
      ["option", "meaning"],
      command.options.map((row) => [
        code(`--${row.name}${row.takes === undefined ? "" : ` ${row.takes}`}`),
        row.meaning,
      ]),
    ));
  }
  parts.push(
    table(["exit code", "meaning"], command.exits.map(([exit, meaning]) => [String(exit), meaning])),
  );
  parts.push(command.examples.map(([line, meaning]) => `- ${code(line)}: ${meaning}`).join("\n"));
  return parts.join("\n\n");
}

function settingsPage(): string {
  const rows = SETTING_ROWS.map((row) => [code(row.variable), row.values, row.initial, row.meaning]);
  return [
    "# Settings",
    generatedFrom("`SETTING_ROWS` in `lib/core/settings.ts`"),
    "zccache reads its settings from the environment. Size, idle time, journal limit and watching are the daemon's: it " +
    "takes them from the environment of whoever starts it. An empty value is the same as none.",
    table(["variable", "values", "default", "meaning"], rows),
  ].join("\n\n");
}

const GROUPS = {
  miss: "Cacheable, but there was no valid result. The tool ran, and the result is kept.",
  bypass: "Nothing that is cached. The tool ran as if zccache were not there.",
  uncacheable: "A compile whose result would be wrong or useless to keep. The tool ran.",
  fault: "Something of zccache's own went wrong. The tool ran all the same.",
} as const;

function reasonsPage(): string {
  const sections = Object.entries(GROUPS).map(([group, meaning]) => {
    const rows = Object.entries(REASONS).filter(([, row]) => row.group === group);
    return `## ${group}\n\n${meaning}\n\n` +
      table(
        ["reason", "code", "meaning", "what to do"],
        rows.map(([name, row]) => [code(name), String(row.code), row.text, row.remedy]),
      );
  });
  return [
    "# Reasons",
    generatedFrom("`REASONS`, whose rows are in `lib/core/reasons/`"),
    "Every command that is not answered from the cache has one of these reasons. `zccache status` counts them, the " +
    "compile journal names them, `zccache why FILE` tells what lay behind one. Names and codes keep their meaning " +
    "for ever.",
    ...sections,
  ].join("\n\n");
}

function generatedFrom(source: string): string {
  return `<!-- Made by _tools/gen_manual.ts from ${source.replaceAll("`", "")}; don't edit. -->`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join(
    "\n",
  );
}

async function formatMarkdown(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: REPOSITORY,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text + "\n"));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format a page: deno fmt failed");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const [path, text] of await manualPages()) await Deno.writeTextFile(`${REPOSITORY}/${path}`, text);
}
