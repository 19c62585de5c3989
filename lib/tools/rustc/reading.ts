import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import { type CodegenMeaning, meaningOfCodegen, meaningOfUnstable } from "./codegen.ts";
import type { Free, Given, Meaning } from "./options.ts";
import { isSpecification } from "./target.ts";

/** What rustc can be asked to emit that we know the names of. */
const EMITS = ["asm", "dep-info", "link", "llvm-bc", "llvm-ir", "metadata", "mir", "obj"] as const;
export type Emit = (typeof EMITS)[number];

/** What kind of crate is made. */
const CRATE_TYPES = ["bin", "cdylib", "dylib", "lib", "proc-macro", "rlib", "staticlib"] as const;
export type CrateType = (typeof CRATE_TYPES)[number];

/** `--extern`: the name as spelled (`priv,noprelude:name`), and the file; without one it's searched for. */
export interface Extern {
  readonly name: string;
  readonly path: string | undefined;
}

/** `-L`: which searches it's for, and the folder. */
export interface SearchFolder {
  readonly kind: string;
  readonly path: string;
}

/** What the arguments say, gathered option by option. */
export class CrateReading {
  readonly sources: string[] = [];
  readonly crateNames: string[] = [];
  readonly crateTypes: CrateType[] = [];
  /** Each with the file that `=` names. */
  readonly emits = new Map<Emit, string | undefined>();
  readonly externs: Extern[] = [];
  readonly searched: SearchFolder[] = [];
  readonly prints: string[] = [];
  /** Options and values that belong to the key as they stand, in order. */
  readonly key: string[] = [];
  /** Options that only the linker sees, and libraries to link. */
  readonly linkOptions: string[] = [];
  /** Further files that the call names. */
  readonly inputs: string[] = [];
  outDir: string | undefined;
  output: string | undefined;
  extraFilename = "";
  target: string | undefined;
  sysroot: string | undefined;
  isTest = false;
  /** Whether debug information goes to files of its own, which the compiler names after a hash of the crate. */
  splitsDebugInfo = false;
  /** An option by which the code generator may be given files to read or write. */
  mayName: string | undefined;
  incremental: string | undefined;
  hasCodegenUnits = false;
  hostCpu = false;
  isInformation = false;
  errorFormat = "human";
}

/** Reads split arguments. */
export function readCrate(given: readonly (Given | Free)[]): CrateReading | Uncacheable {
  const reading = new CrateReading();
  for (const one of given) {
    if ("free" in one) {
      reading.sources.push(one.free);
      continue;
    }
    const refused = READERS[one.option.meaning](reading, one.value, one.option.name);
    if (refused !== undefined) return refused;
  }
  return reading;
}

type Reader = (reading: CrateReading, value: string, name: string) => Uncacheable | undefined;

const READERS: Readonly<Record<Meaning, Reader>> = {
  "key": (reading, value, name) => void reading.key.push(name, value),
  "remap": (reading, value, name) => void reading.key.push(name, value),
  "crate-name": (reading, value) => void reading.crateNames.push(value),
  "crate-type": readCrateTypes,
  "emit": readEmits,
  "extern": (reading, value) => {
    const equals = value.indexOf("=");
    if (equals < 0) reading.externs.push({ name: value, path: undefined });
    else reading.externs.push({ name: value.slice(0, equals), path: value.slice(equals + 1) });
    return undefined;
  },
  "search": (reading, value) => {
    const kind = /^(?:all|crate|dependency|framework|native)=/.exec(value)?.[0];
    reading.searched.push({ kind: kind?.slice(0, -1) ?? "all", path: value.slice(kind?.length ?? 0) });
    return undefined;
  },
  "native-library": (reading, value, name) => void reading.linkOptions.push(name, value),
  "out-dir": (reading, value) => void (reading.outDir = value),
  "output": (reading, value) => void (reading.output = value),
  "print": (reading, value) => void reading.prints.push(value),
  "target": (reading, value) => {
    reading.target = value;
    if (isSpecification(value)) reading.inputs.push(value);
    reading.key.push("--target", value);
    return undefined;
  },
  "sysroot": (reading, value) => {
    reading.sysroot = value;
    reading.key.push("--sysroot", value);
    return undefined;
  },
  "error-format": (reading, value, name) => {
    reading.errorFormat = value;
    return void reading.key.push(name, value);
  },
  "test": (reading, _value, name) => {
    reading.isTest = true;
    return void reading.key.push(name);
  },
  "json": (reading, value, name) => {
    if (value.split(",").includes("timings")) return uncacheable("time-trace", `${name} ${value}`);
    return void reading.key.push(name, value);
  },
  "codegen": (reading, value) => readCodegen(reading, "-C", value),
  "unstable": (reading, value) => readCodegen(reading, "-Z", value),
  "information": (reading, value, name) => {
    reading.isInformation = true;
    return void reading.key.push(name, value);
  },
};

function readCrateTypes(reading: CrateReading, value: string): Uncacheable | undefined {
  for (const type of value.split(",")) {
    const known = CRATE_TYPES.find((one) => one === type);
    if (known === undefined) return uncacheable("unknown-option", `--crate-type ${type}`);
    if (!reading.crateTypes.includes(known)) reading.crateTypes.push(known);
  }
  return undefined;
}

function readEmits(reading: CrateReading, value: string): Uncacheable | undefined {
  for (const part of value.split(",")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    const known = EMITS.find((one) => one === name);
    if (known === undefined) return uncacheable("unknown-option", `--emit ${name}`);
    reading.emits.set(known, equals < 0 ? undefined : part.slice(equals + 1));
  }
  return undefined;
}

function readCodegen(reading: CrateReading, letter: "-C" | "-Z", text: string): Uncacheable | undefined {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? "" : text.slice(equals + 1);
  const meaning = letter === "-C" ? meaningOfCodegen(name) : meaningOfUnstable(name);
  return readMeaning(reading, meaning, { letter, text, value });
}

interface Codegen {
  readonly letter: "-C" | "-Z";
  readonly text: string;
  readonly value: string;
}

/** A word of `-C llvm-args` that can't hide anything. */
const PLAIN_LLVM_ARGUMENT = /^-{1,2}[A-Za-z0-9-]+(?:=[A-Za-z0-9_.,+-]+)?$/;

/** What any other value may be: a file to be read or written. */
const NUMBER_OR_FLAG = /^[^=]+(?:=(?:\d+|true|false))?$/;

function readMeaning(
  reading: CrateReading,
  meaning: CodegenMeaning,
  { letter, text, value }: Codegen,
): Uncacheable | undefined {
  const toKey = () => void reading.key.push(letter, text);
  if (typeof meaning === "object") return uncacheable(meaning.refuse, `${letter} ${text}`);
  switch (meaning) {
    case "key":
    case "metadata":
      return toKey();
    case "link":
      return void reading.linkOptions.push(letter, text);
    case "incremental":
      reading.incremental = value;
      return undefined;
    case "extra-filename":
      reading.extraFilename = value;
      return toKey();
    case "cpu":
      if (value === "native") reading.hostCpu = true;
      return toKey();
    case "codegen-backend":
      // one that is named is part of the toolchain; a file may need others
      return value.includes(".") ? uncacheable("unknown-option", `${letter} ${text}`) : toKey();
    case "codegen-units":
      reading.hasCodegenUnits = true;
      return toKey();
    case "profile-use":
      reading.inputs.push(value);
      return toKey();
    case "llvm-args": {
      const words = value.split(/\s+/);
      if (!words.every((word) => PLAIN_LLVM_ARGUMENT.test(word) && !/load|time|print|stat/.test(word))) {
        return uncacheable("unknown-option", `${letter} ${text}`);
      }
      if (!words.every((word) => NUMBER_OR_FLAG.test(word))) reading.mayName = `${letter} ${text}`;
      return toKey();
    }
    case "passes":
      reading.mayName = `${letter} ${text}`;
      return toKey();
    case "split-debuginfo":
      reading.splitsDebugInfo = value !== "off";
      return toKey();
  }
}
