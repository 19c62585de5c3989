import { REASONS, type Uncacheable, uncacheable } from "../../core/mod.ts";
import { isCxxDriver } from "../detect.ts";
import type { Call, Family } from "../tool.ts";
import { languageOf } from "./language.ts";
import { type Action, type Options, Reading, type Word } from "./reading.ts";

/** Options that make the driver stop before it links. */
const STOPS_EARLY = new Set(["-c", "-S", "-E", "-M", "-MM", "-fsyntax-only"]);

/**
 * Reads the expanded arguments one by one.
 *
 * @return what they say, or the refusal of the first that can't be cached
 */
export function readArguments(
  family: Family,
  call: Call,
  given: { readonly args: readonly string[]; readonly options: Options },
): Reading | Uncacheable {
  const { args, options } = given;
  // clang goes by the name it was called by, gcc's drivers are two programs.
  const cxxDriver = isCxxDriver(call.name) ||
    (family === "gcc" && call.exe !== undefined && isCxxDriver(call.exe));
  const reading = new Reading(family, cxxDriver);
  for (let at = 0; at < args.length;) {
    const word = wordAt(args, at, options);
    if ("kind" in word) return reasonOf(word, args);
    at += word.tokens.length;
    reading.words.push(word);
    const refused = word.action === undefined ? readFile(reading, word) : word.action(reading, word);
    if (refused !== undefined) return reasonOf(refused, args);
  }
  return reading;
}

/** The file or option that begins at an index, with its value. */
function wordAt(
  args: readonly string[],
  at: number,
  options: Options,
): (Word & { readonly action?: Action }) | Uncacheable {
  const arg = args[at]!;
  if (!arg.startsWith("-") || arg === "-") return { option: "", value: arg, tokens: [arg], part: "source" };
  const row = options.find(arg);
  if (row === undefined) return uncacheable("unknown-option", arg);
  const { name: option, meaning: action } = row;
  const attached = arg.slice(option.length);
  if (row.takes === "none" || row.takes === "joined" || (row.takes === "either" && attached !== "")) {
    return { option, value: attached, tokens: [arg], part: "key", action };
  }
  const value = args[at + 1];
  if (value === undefined) return uncacheable("unknown-option", arg);
  return { option, value, tokens: [arg, value], part: "key", action };
}

/** An input file: a source, or something for the linker. */
function readFile(reading: Reading, word: Word): Uncacheable | undefined {
  if (word.value === "-") return uncacheable("stdin-source");
  const found = languageOf(word.value, reading.language, reading.cxxDriver);
  if (found === undefined) {
    reading.linkInputs++;
    return undefined;
  }
  if ("refuse" in found) return uncacheable(found.refuse, word.value);
  reading.sources.push({ path: word.value, language: found.language });
  return undefined;
}

/** A link is called a link, whatever else it asks for; headers and modules are never linked alone. */
function reasonOf(refused: Uncacheable, args: readonly string[]): Uncacheable {
  if (refused.reason === "pch-output" || refused.reason === "modules") return refused;
  if (REASONS[refused.reason].group === "bypass" || args.some((arg) => STOPS_EARLY.has(arg))) return refused;
  return uncacheable("called-for-link");
}
