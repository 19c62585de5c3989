import { SETTING_ROWS, VERSION } from "../lib/core/mod.ts";
import type { Command } from "./command.ts";
import { HELP_OPTION } from "./parse.ts";

/** The manual pages by file name: `zccache.1`, and `zccache-COMMAND.1` for each command. */
export function manPages(commands: readonly Command[]): ReadonlyMap<string, string> {
  const pages: [string, string][] = commands.map((
    command,
  ) => [`zccache-${command.name}.1`, commandPage(command)]);
  return new Map([["zccache.1", programPage(commands)], ...pages]);
}

function programPage(commands: readonly Command[]): string {
  return page("zccache", "a compiler cache", [
    section("SYNOPSIS"),
    ".B zccache",
    ".I COMPILER",
    ".RI [ ARGUMENT ...]",
    ".br",
    ".B zccache",
    ".I COMMAND",
    ".RI [ OPTION ...]",
    section("DESCRIPTION"),
    roff(
      "Put before a compiler, zccache answers a command that was run before, on inputs that have not changed since, " +
        "from the cache: with the same files, the same messages and the same exit code. Whatever goes wrong, the real " +
        "compiler runs as if zccache were not there.",
    ),
    ".PP",
    roff(
      "A link to zccache that is named like a compiler, and stands before it on PATH, works in the same way.",
    ),
    section("COMMANDS"),
    ...commands.flatMap((
      { name, summary },
    ) => [".TP", `.BR zccache\\-${roff(name)} (1)`, roff(`${summary}.`)]),
    section("ENVIRONMENT"),
    ...SETTING_ROWS.flatMap(({ variable, values, initial, meaning }) => [
      ".TP",
      `.B ${roff(variable)}`,
      roff(`${meaning} (${values}; default ${initial}).`),
    ]),
    section("FILES"),
    ".TP",
    ".I ~/.zccache",
    roff(
      "The cache root: artifacts, index, logs, socket. logs/compile_journal.jsonl has a line for each command.",
    ),
    section("EXAMPLES"),
    ...examples([
      ["zccache gcc -c a.c -o a.o", "compile one file"],
      ["make CC='zccache gcc'", "a Makefile that honours CC"],
      ["zccache why a.c", "why its last compile was not a hit"],
    ]),
  ]);
}

function commandPage(command: Command): string {
  const options = [...command.options, HELP_OPTION];
  const settings = SETTING_ROWS.filter(({ variable }) => command.variables.includes(variable));
  return page(`zccache-${command.name}`, command.summary, [
    section("SYNOPSIS"),
    `.B zccache ${roff(command.name)}`,
    ...(command.options.length > 0 ? [".RI [ OPTION ...]"] : []),
    ...(command.operands === "" ? [] : [`.I ${roff(command.operands)}`]),
    section("DESCRIPTION"),
    ...command.about.flatMap((paragraph, i) => [...(i === 0 ? [] : [".PP"]), roff(paragraph)]),
    ...(command.aliases.length === 0
      ? []
      : [".PP", roff(`Also: ${command.aliases.map((a) => `zccache ${a}`).join(", ")}.`)]),
    section("OPTIONS"),
    ...options.flatMap(({ name, short, takes, meaning }) => [
      ".TP",
      `.B ${
        roff(
          `${short === undefined ? "" : `-${short}, `}--${name}${
            takes === undefined ? "" : takes.startsWith("[") ? takes : ` ${takes}`
          }`,
        )
      }`,
      roff(`${meaning}.`),
    ]),
    section("EXIT STATUS"),
    ...command.exits.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roff(`${meaning}.`)]),
    ...(settings.length === 0 ? [] : [
      section("ENVIRONMENT"),
      ...settings.flatMap(({ variable, meaning }) => [".TP", `.B ${roff(variable)}`, roff(`${meaning}.`)]),
    ]),
    section("EXAMPLES"),
    ...examples(command.examples),
    section("SEE ALSO"),
    ".BR zccache (1)",
  ]);
}

function page(name: string, summary: string, lines: readonly string[]): string {
  return [
    `.\\" Made from the command table; don't edit.`,
    `.TH ${roff(name).toUpperCase()} 1 "" "zccache ${VERSION}" "zccache manual"`,
    ".SH NAME",
    `${roff(name)} \\- ${roff(summary)}`,
    ...lines,
    "",
  ].join("\n");
}

function section(title: string): string {
  return `.SH ${title}`;
}

function examples(rows: readonly (readonly [line: string, meaning: string])[]): string[] {
  return rows.flatMap(([line, meaning]) => [".TP", `.B ${roff(line)}`, roff(`${meaning}.`)]);
}

/** A line of text as roff takes it: nothing in it is a request, a quotation or an escape; beyond ASCII by number. */
function roff(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq")
    .replaceAll("'", "\\(aq").replaceAll("`", "\\(ga").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha")
    .replace(
      /[^\x20-\x7e]/gu,
      (letter) => `\\[u${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}
