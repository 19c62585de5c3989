/** What an option of rustc is to the reading. */
export type Meaning =
  /** Belongs to the key as it stands. */
  | "key"
  /** Has a named part of its own in `Reading`. */
  | "crate-name"
  | "crate-type"
  | "emit"
  | "extern"
  | "search"
  | "native-library"
  | "out-dir"
  | "output"
  | "print"
  | "target"
  | "sysroot"
  | "error-format"
  | "test"
  | "codegen"
  | "unstable"
  | "remap"
  | "json"
  /** Prints something and compiles nothing. */
  | "information";

/** One option: whether it takes a value, and what it means. */
export interface Option {
  readonly name: string;
  readonly value: boolean;
  readonly meaning: Meaning;
}

const row = (name: string, value: boolean, meaning: Meaning): Option => ({ name, value, meaning });

/** Every option of rustc but `@file`, by all its names. */
const ROWS: readonly Option[] = [
  row("--allow", true, "key"),
  row("--cap-lints", true, "key"),
  row("--cfg", true, "key"),
  row("--check-cfg", true, "key"),
  row("--codegen", true, "codegen"),
  row("--color", true, "key"),
  row("--crate-name", true, "crate-name"),
  row("--crate-type", true, "crate-type"),
  row("--deny", true, "key"),
  row("--diagnostic-width", true, "key"),
  row("--edition", true, "key"),
  row("--emit", true, "emit"),
  row("--env-set", true, "key"),
  row("--error-format", true, "error-format"),
  row("--explain", true, "information"),
  row("--extern", true, "extern"),
  row("--forbid", true, "key"),
  row("--force-warn", true, "key"),
  row("--help", false, "information"),
  row("--json", true, "json"),
  row("--out-dir", true, "out-dir"),
  row("--print", true, "print"),
  row("--remap-path-prefix", true, "remap"),
  row("--remap-path-scope", true, "key"),
  row("--sysroot", true, "sysroot"),
  row("--target", true, "target"),
  row("--test", false, "test"),
  row("--verbose", false, "key"),
  row("--version", false, "information"),
  row("--warn", true, "key"),
  row("-A", true, "key"),
  row("-C", true, "codegen"),
  row("-D", true, "key"),
  row("-F", true, "key"),
  row("-L", true, "search"),
  row("-O", false, "key"),
  row("-V", false, "information"),
  row("-W", true, "key"),
  row("-Z", true, "unstable"),
  row("-g", false, "key"),
  row("-h", false, "information"),
  row("-l", true, "native-library"),
  row("-o", true, "output"),
  row("-v", false, "key"),
];

const BY_NAME: ReadonlyMap<string, Option> = new Map(ROWS.map((option) => [option.name, option]));

/** An option found in the arguments, with its value. */
export interface Given {
  readonly option: Option;
  readonly value: string;
}

/** One argument that is no option. */
export interface Free {
  readonly free: string;
}

/**
 * Splits arguments the way rustc's option parser does: `--name=value`, `--name value`, `-Nvalue`, `-N value`, several
 * options without a value behind one dash. Undefined if one is not known or lacks its value.
 */
export function splitArguments(args: readonly string[]): readonly (Given | Free)[] | undefined {
  const split: (Given | Free)[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return [...split, ...args.slice(at + 1).map((free) => ({ free }))];
    if (!arg.startsWith("-") || arg === "-") {
      split.push({ free: arg });
      continue;
    }
    const given = arg.startsWith("--") ? readLong(arg, args[at + 1]) : readShort(arg, args[at + 1]);
    if (given === undefined) return undefined;
    split.push(...given.options);
    if (given.usedNext) at++;
  }
  return split;
}

interface Read {
  readonly options: readonly Given[];
  readonly usedNext: boolean;
}

function readLong(arg: string, next: string | undefined): Read | undefined {
  const equals = arg.indexOf("=");
  const option = BY_NAME.get(equals < 0 ? arg : arg.slice(0, equals));
  if (option === undefined) return undefined;
  if (!option.value) return equals < 0 ? { options: [{ option, value: "" }], usedNext: false } : undefined;
  if (equals >= 0) return { options: [{ option, value: arg.slice(equals + 1) }], usedNext: false };
  return next === undefined ? undefined : { options: [{ option, value: next }], usedNext: true };
}

function readShort(arg: string, next: string | undefined): Read | undefined {
  const options: Given[] = [];
  for (let at = 1; at < arg.length; at++) {
    const option = BY_NAME.get(`-${arg[at]}`);
    if (option === undefined) return undefined;
    if (!option.value) {
      options.push({ option, value: "" });
      continue;
    }
    const attached = arg.slice(at + 1);
    if (attached !== "") return { options: [...options, { option, value: attached }], usedNext: false };
    return next === undefined
      ? undefined
      : { options: [...options, { option, value: next }], usedNext: true };
  }
  return { options, usedNext: false };
}
