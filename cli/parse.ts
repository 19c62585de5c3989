import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import type { Command, OptionRow, ParsedOptions } from "./command.ts";
import { suggest } from "./suggest.ts";

/** What the words after `zccache` ask for. */
export type CommandLine =
  | { readonly kind: "run"; readonly command: Command; readonly options: ParsedOptions }
  | { readonly kind: "help"; readonly command: Command | undefined; readonly exit: number }
  | { readonly kind: "version" }
  /** A program to run; `argv[0]` is its name. `wordIsTool`: it can't have been meant as a command. */
  | {
    readonly kind: "tool";
    readonly argv: readonly string[];
    readonly strictPaths: string | undefined;
    readonly wordIsTool: boolean;
  }
  | { readonly kind: "usage-error"; readonly message: string; readonly command: Command | undefined };

/** Every command has this one. */
export const HELP_OPTION: OptionRow = { name: "help", short: "h", meaning: "show this help" };

/** Takes a command line apart; the first word decides. No word at all asks for the help, with exit code 1. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const [word, ...rest] = argv;
  if (word === undefined) return { kind: "help", command: undefined, exit: 1 };
  if (word === "--help" || word === "-h") return { kind: "help", command: undefined, exit: 0 };
  if (word === "--version" || word === "-V") return { kind: "version" };
  const command = commands.find((c) => c.name === word || c.aliases.includes(word));
  if (command?.name === "wrap") return parseWrapping(command, rest);
  if (command !== undefined) return parseCommand(command, rest);
  if (isStrictPaths(word)) return parseWrapping(undefined, argv);
  if (word.startsWith("-")) return unknownOption(word, commands);
  return { kind: "tool", argv, strictPaths: undefined, wordIsTool: false };
}

/** The option that may stand before a tool, and after `wrap`. */
const STRICT_PATHS = "--strict-paths";

function isStrictPaths(word: string): boolean {
  return word === STRICT_PATHS || word.startsWith(`${STRICT_PATHS}=`);
}

function unknownOption(word: string, commands: readonly Command[]): CommandLine {
  const known = ["--help", "--version", STRICT_PATHS, ...commands.flatMap((c) => c.aliases)].filter((w) =>
    w.startsWith("-")
  );
  return {
    kind: "usage-error",
    message: withHint(`unknown option ${word}`, word, known),
    command: undefined,
  };
}

function parseCommand(command: Command, args: readonly string[]): CommandLine {
  const rows = [...command.options, HELP_OPTION];
  const failed = findBadOption(args, rows);
  if (failed !== undefined) return { kind: "usage-error", message: failed, command };
  const { values, positionals } = parseArgs({
    args: [...args],
    options: optionsConfig(rows),
    allowPositionals: true,
    strict: true,
  });
  if (values["help"] === true) return { kind: "help", command, exit: 0 };
  const [least, most] = command.operandCount;
  if (positionals.length < least) {
    return { kind: "usage-error", message: `${command.operands} is missing`, command };
  }
  const extra = positionals[most];
  if (extra !== undefined) return { kind: "usage-error", message: `unexpected argument ${extra}`, command };
  const options: ParsedOptions = {
    has: (name) => values[name] === true,
    value: (name) => textsOf(values[name]).at(-1),
    values: (name) => textsOf(values[name]),
    operands: positionals,
  };
  return { kind: "run", command, options };
}

/** The texts that were given for an option. */
function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

/** Options only before the tool's name; everything from there on belongs to the tool. `--` is `wrap`'s alone. */
function parseWrapping(wrap: Command | undefined, args: readonly string[]): CommandLine {
  let strictPaths: string | undefined;
  let at = 0;
  for (let word = args[at]; word !== undefined && isStrictPaths(word); word = args[++at]) {
    strictPaths = word === STRICT_PATHS ? "absolute" : word.slice(STRICT_PATHS.length + 1);
  }
  const word = args[at];
  if (wrap !== undefined && (word === "--help" || word === "-h")) {
    return { kind: "help", command: wrap, exit: 0 };
  }
  const isOver = wrap !== undefined && word === "--";
  if (word?.startsWith("-") && !isOver) {
    return { kind: "usage-error", message: `unknown option ${word}`, command: wrap };
  }
  const argv = args.slice(isOver ? at + 1 : at);
  if (argv.length === 0) return { kind: "usage-error", message: "the compiler is missing", command: wrap };
  return { kind: "tool", argv, strictPaths, wordIsTool: true };
}

/** Words the first thing that is wrong with the options; `parseArgs` would throw for the same, in its own words. */
function findBadOption(args: readonly string[], rows: readonly OptionRow[]): string | undefined {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionsConfig(rows),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const row = rows.find((r) => r.name === token.name);
    if (row === undefined) {
      return withHint(`unknown option ${token.rawName}`, token.rawName, rows.map((r) => `--${r.name}`));
    }
    if (row.takes === undefined && token.value !== undefined) return `${token.rawName} takes no value`;
    if (
      row.takes !== undefined &&
      (token.value === undefined || (!token.inlineValue && /^-./.test(token.value)))
    ) {
      return `${token.rawName} needs a value: ${row.takes}`;
    }
  }
  return undefined;
}

function optionsConfig(rows: readonly OptionRow[]): ParseArgsOptionsConfig {
  const config: ParseArgsOptionsConfig = {};
  for (const { name, short, takes } of rows) {
    const kind = takes === undefined
      ? { type: "boolean" } as const
      : { type: "string", multiple: true } as const;
    config[name] = short === undefined ? kind : { ...kind, short };
  }
  return config;
}

/** A message, with the likely word if there is one. */
export function withHint(message: string, word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near === undefined ? message : `${message}; did you mean ${near}?`;
}
