import { SETTING_ROWS, type SettingRow, VERSION } from "../lib/core/mod.ts";
import type { Command, Terminal } from "./command.ts";
import { HELP_OPTION } from "./parse.ts";

/** The help of the whole program. */
export function renderProgramHelp(commands: readonly Command[], terminal: Terminal): string {
  const head = headings(terminal);
  const name = (command: Command) =>
    command.operands === "" ? command.name : `${command.name} ${command.operands}`;
  return [
    `zccache ${VERSION}: a compiler cache. Put it in front of a compiler; a command that was run before is answered`,
    "from the cache, with the same files, messages and exit code.",
    "",
    head("Usage"),
    "  zccache COMPILER [ARGUMENT…]      compile, from the cache where possible",
    "  zccache COMMAND [OPTION…]",
    "",
    head("Commands"),
    ...table(commands.map((c) => [name(c), c.summary])),
    "",
    head("Options"),
    ...table([
      ["-h, --help", "show this help; zccache COMMAND --help for one command"],
      ["-V, --version", "show the version"],
      ["--clear", "the same as zccache clear"],
      ["--show-stats", "the same as zccache status"],
    ]),
    "",
    head("Examples"),
    ...table([
      ["zccache gcc -c a.c -o a.o", "compile one file"],
      ["cmake -DCMAKE_CXX_COMPILER_LAUNCHER=zccache …", "a CMake project"],
      ['make CC="zccache gcc"', "a Makefile that honours CC"],
      ["ln -s $(command -v zccache) ~/bin/gcc", "a link named gcc, before gcc on PATH"],
    ]),
    "",
    head("Environment"),
    ...settingTable(SETTING_ROWS),
    "",
  ].join("\n");
}

/** The help of one command. */
export function renderCommandHelp(command: Command, terminal: Terminal): string {
  const head = headings(terminal);
  const words = command.aliases.filter((a) => !a.startsWith("-"));
  const usage = [`zccache ${command.name}`, command.options.length > 0 ? "[OPTION…]" : "", command.operands];
  const lines = [`zccache ${command.name}: ${command.summary}`, ""];
  lines.push(head("Usage"), `  ${usage.filter((part) => part !== "").join(" ")}`);
  if (words.length > 0) lines.push(`  also: ${words.map((w) => `zccache ${w}`).join(", ")}`);
  lines.push("");
  for (const paragraph of command.about) lines.push(...wrapText(paragraph, 96), "");
  lines.push(head("Options"));
  lines.push(...table([...command.options, HELP_OPTION].map((o) => [
    `${o.short === undefined ? "" : `-${o.short}, `}--${o.name}${o.takes === undefined ? "" : ` ${o.takes}`}`,
    o.meaning,
  ])));
  lines.push("", head("Examples"), ...table(command.examples));
  lines.push(
    "",
    head("Exit codes"),
    ...table(command.exits.map(([code, meaning]) => [String(code), meaning])),
  );
  const settings = SETTING_ROWS.filter((row) => command.variables.includes(row.variable));
  if (settings.length > 0) lines.push("", head("Environment"), ...settingTable(settings));
  return lines.join("\n") + "\n";
}

/** One usage line and where to read more, as the end of a usage error. */
export function renderUsage(command: Command | undefined): string {
  const usage = command === undefined
    ? "zccache COMPILER [ARGUMENT…]\n       zccache COMMAND [OPTION…]"
    : ["zccache", command.name, command.options.length > 0 ? "[OPTION…]" : "", command.operands]
      .filter((part) => part !== "").join(" ");
  const more = command === undefined ? "zccache --help" : `zccache ${command.name} --help`;
  return `Usage: ${usage}\nMore:  ${more}\n`;
}

function settingTable(rows: readonly SettingRow[]): string[] {
  return table(rows.map((row) => [row.variable, `${row.meaning} (${row.values}; default ${row.initial})`]));
}

function table(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first = "", ...others] = wrapText(right, Math.max(40, 108 - width));
    return [`  ${left.padEnd(width)}${first}`, ...others.map((line) => " ".repeat(width + 2) + line)];
  });
}

function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Bold headings where somebody looks, plain text for programs and for those who ask for it. */
function headings(terminal: Terminal): (text: string) => string {
  return terminal.stdout && !terminal.plain ? (text) => `\x1b[1m${text}\x1b[0m` : (text) => text;
}
