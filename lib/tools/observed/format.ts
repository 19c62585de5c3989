import { KeyRecipe, type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Call, ObservedPlan } from "../tool.ts";
import { addSurroundings } from "./environment.ts";

/** Variables that rustfmt and rustup, which stands for it, heed. */
const HEEDED =
  /^(?:PATH|HOME|LANG|LC_.*|LD_.*|XDG_CONFIG_.*|TERM|TERMINFO.*|COLORTERM|NO_COLOR|CLICOLOR.*|RUST.*|CFG_.*|CARGO|CARGO_HOME|CARGO_TERM_.*)$/;

/** Options whose value is the next argument unless it stands behind `=`. */
const TAKES_NEXT = /^--(?:color|config|config-path|edition|emit|file-lines|print-config|style-edition)$/;

/** What a command line asks for. */
interface Reading {
  /** As spelled, of files that are there or not. */
  readonly files: readonly string[];
  /** Whether files are rewritten, and not only looked at. */
  readonly rewrites: boolean;
}

/**
 * Parses a call of rustfmt. Whatever it says and however it ends is kept: a difference found by `--check` is its product. The
 * run is observed, so the files that it reaches through `mod`, and every `rustfmt.toml` up the tree (there or not), are
 * known. Of a file that is named and rewritten, the content before it is part of the key; a run that rewrites others is not
 * kept, the next one finds nothing to do and is.
 */
export function parseFormat(call: Call): ObservedPlan | Uncacheable {
  const read = readArguments(call.args);
  if ("kind" in read) return read;
  const recipe = new KeyRecipe().add("family", "rustfmt").add("tool", call.name);
  for (const arg of call.args) recipe.add("arg", arg);
  addSurroundings(recipe, call, HEEDED);
  return {
    kind: "observed",
    family: "rustfmt",
    work: "compilations",
    recipe,
    parsedFrom: [],
    reads: read.files,
    updates: read.rewrites ? read.files : [],
    replaces: [],
    writesInto: true,
    keeps: "always",
    readsSources: false,
    args: call.args,
    runEnv: [],
  };
}

function readArguments(args: readonly string[]): Reading | Uncacheable {
  const files: string[] = [];
  let rewrites = true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      files.push(...args.slice(i + 1));
      break;
    }
    const [name, attached] = arg.startsWith("--") ? splitAtEquals(arg) : [arg, undefined];
    const value = attached ?? (TAKES_NEXT.test(name) ? args[++i] : undefined);
    if (/^(?:-[hV]|--version|--help|--print-config)$/.test(name)) return uncacheable("information", arg);
    // the copy is the original, moved: with its time stamps
    if (name === "--backup") return uncacheable("input-rewritten", arg);
    // these tell how long it took
    if (/^(?:-[a-z]*v[a-z]*|--verbose)$/.test(name)) return uncacheable("time-trace", arg);
    if (name === "--check" || name === "--emit" && value !== "files") rewrites = false;
    if (!/^[-+]./.test(arg)) files.push(arg);
  }
  return files.length === 0 || files.includes("-") ? uncacheable("stdin-source") : { files, rewrites };
}

function splitAtEquals(arg: string): [name: string, value: string | undefined] {
  const equals = arg.indexOf("=");
  return equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)];
}
