import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Family, Output, Role } from "../tool.ts";
import type { Mode, Reading, Side } from "./reading.ts";

/** What a call writes, and under which names. */
export interface Outputs {
  readonly kind: "outputs";
  readonly mode: Mode;
  /** The object or the assembly. */
  readonly main: Output;
  /** The dependency file, if one is asked for and the language has one. */
  readonly depfile: Output | undefined;
  readonly sides: readonly Output[];
}

const SUFFIX: Readonly<Record<Side, string>> = { dwo: ".dwo", gcno: ".gcno", su: ".su", ci: ".ci" };

/** What is opened to be written where it stands, as `strace` shows; the rest is removed first or renamed into place. */
const WRITTEN_INTO: Readonly<Record<Family, ReadonlySet<Role>>> = {
  gcc: new Set<Role>(["assembly", "depfile", "gcno", "su", "ci"]),
  clang: new Set<Role>(["depfile", "gcno", "dwo"]),
  msvc: new Set<Role>(),
};

/** The files that a call with this one source writes. */
export function outputsOf(reading: Reading, source: string, language: string): Outputs | Uncacheable {
  const mode: Mode = reading.modes.has("assembly") ? "assembly" : "object";
  if (mode === "assembly" && language.startsWith("assembler")) return uncacheable("no-compile", source);
  const given = reading.output;
  const refused = given === undefined ? refusedDefault(reading) : refusedOutput(given);
  if (refused !== undefined) return refused;

  const stem = withoutExtension(given ?? baseName(source));
  const main = given ?? stem + mainSuffix(reading, mode);
  const depfile = depfileOf(reading, language, stem);
  if (depfile !== undefined && "kind" in depfile) return depfile;
  const sides = sidesOf(reading, mode, language);
  if ("kind" in sides) return sides;
  // The compilers disagree on what the stem of `.o` is.
  if (/(?:^|\/)$/.test(stem) && (sides.length > 0 || depfile !== undefined)) {
    return uncacheable("depfile-target", main);
  }
  const output = (role: Role, path: string): Output => {
    const writtenInto = WRITTEN_INTO[reading.family].has(role);
    return { role, path, required: true, ...(writtenInto ? { writtenInto } : {}) };
  };
  return {
    kind: "outputs",
    mode,
    main: output(mode, main),
    depfile: depfile && output("depfile", depfile.path),
    sides: sides.map((side) => output(side, stem + SUFFIX[side])),
  };
}

function refusedOutput(output: string): Uncacheable | undefined {
  if (output === "-" || output === "/dev/stdout" || output === "/dev/fd/1") {
    return uncacheable("stdout-output", output);
  }
  if (output === "" || output.endsWith("/") || /^\/(?:dev|proc)\//.test(output)) {
    return uncacheable("special-output", output);
  }
  return undefined;
}

/** The name that an object gets by itself depends on the target's system. */
function refusedDefault(reading: Reading): Uncacheable | undefined {
  return /windows|win32|msvc|uefi/.test(reading.target) ? uncacheable("unknown-option", "no -o") : undefined;
}

function mainSuffix(reading: Reading, mode: Mode): string {
  if (reading.emitsLlvm) return mode === "assembly" ? ".ll" : ".bc";
  return mode === "assembly" ? ".s" : ".o";
}

/** The dependency file; plain assembler sources have none, whatever is asked. */
function depfileOf(
  reading: Reading,
  language: string,
  stem: string,
): { readonly path: string } | undefined | Uncacheable {
  const ask = reading.depfile;
  if (ask.kind === undefined) {
    return ask.seen > 0 || ask.byPreprocessor ? uncacheable("depfile-target", "without -MD") : undefined;
  }
  if (ask.byPreprocessor && ask.seen > 0) return uncacheable("depfile-target", "-MD and -Wp,-MD");
  const path = ask.file ?? `${stem}.d`;
  if (path === "" || path === "-" || /^\/(?:dev|proc)\//.test(path)) {
    return uncacheable("depfile-target", path);
  }
  return language === "assembler" ? undefined : { path };
}

/** The side files; combinations whose files differ between versions are refused. */
function sidesOf(reading: Reading, mode: Mode, language: string): readonly Side[] | Uncacheable {
  const sides = [...reading.sides];
  const madeByCode = sides.find((side) => side === "su" || side === "ci");
  if (madeByCode !== undefined && (reading.linkTimeOptimisation || reading.emitsLlvm)) {
    return uncacheable("unknown-option", `${SUFFIX[madeByCode]} without code`);
  }
  if (reading.splitDwarf) {
    const refused = uncacheable("unknown-option", "-gsplit-dwarf");
    if (reading.linkTimeOptimisation) return refused;
    if (language.startsWith("assembler")) return refused;
    if (reading.family === "clang") {
      // Without full debug information some versions write the file and some don't.
      if (mode === "assembly" || reading.emitsLlvm || !FULL_DEBUG.test(reading.debug ?? "0")) return refused;
      sides.push("dwo");
    } else {
      if (reading.debug !== undefined && !FULL_DEBUG.test(reading.debug)) return refused;
      if (mode === "object") sides.push("dwo");
    }
  }
  return language.startsWith("assembler") ? [] : sides;
}

/** The rest of a -g option that asks for full debug information. */
const FULL_DEBUG = /^(?:|2|3|gdb|gdb2|gdb3|dwarf|dwarf-[45])$/;

/** The path without the last component's extension. */
function withoutExtension(path: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") ? path.slice(0, dot) : path;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
