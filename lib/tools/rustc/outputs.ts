import { type Uncacheable, uncacheable } from "../../core/mod.ts";
import type { Output, Role } from "../tool.ts";
import type { CrateReading, CrateType, Emit } from "./reading.ts";
import { hasUsualNames } from "./target.ts";

/** Where the outputs of a crate go, `dep-info` among them if it's asked for. */
export interface CrateOutputs {
  readonly kind: "outputs";
  readonly list: readonly Output[];
  /** Whether the linker (not just an archive writer) makes one of them. */
  readonly isLinked: boolean;
}

const ROLES: Readonly<Record<Emit, Role>> = {
  "asm": "assembly",
  "dep-info": "depfile",
  "link": "object",
  "llvm-bc": "llvm-bc",
  "llvm-ir": "llvm-ir",
  "metadata": "metadata",
  "mir": "mir",
  "obj": "object-file",
};

/** What a crate is archived or linked to: role, prefix, suffix. */
const LINKED: Readonly<Record<CrateType, readonly [role: Role, prefix: string, suffix: string]>> = {
  "bin": ["executable", "", ""],
  "cdylib": ["cdylib", "lib", ".so"],
  "dylib": ["dylib", "lib", ".so"],
  "lib": ["rlib", "lib", ".rlib"],
  "proc-macro": ["proc-macro", "lib", ".so"],
  "rlib": ["rlib", "lib", ".rlib"],
  "staticlib": ["staticlib", "lib", ".a"],
};

/** What is opened to be written where it stands; the rest is renamed into place, or removed first. */
const WRITTEN_INTO: ReadonlySet<Role> = new Set(["depfile", "mir"]);

const SUFFIX: Readonly<Record<Exclude<Emit, "link">, string>> = {
  "asm": ".s",
  "dep-info": ".d",
  "llvm-bc": ".bc",
  "llvm-ir": ".ll",
  "metadata": ".rmeta",
  "mir": ".mir",
  "obj": ".o",
};

/** The files that a call writes, but for those of units of code; or why that isn't known. */
export function crateOutputs(reading: CrateReading, crateName: string): CrateOutputs | Uncacheable {
  const { target } = reading;
  if (target !== undefined && !hasUsualNames(target) && !makesOnlyCrates(reading)) {
    return uncacheable("unsupported-target", target);
  }
  const unnamed = [...reading.emits].filter(([, path]) => path === undefined);
  if (reading.output !== undefined && (unnamed.length > 1 || reading.crateTypes.length > 1)) {
    return uncacheable("multiple-sources", "-o for several outputs");
  }
  const folder = reading.outDir === undefined || reading.outDir === "" ? "" : `${reading.outDir}/`;
  const stem = `${crateName}${reading.extraFilename}`;
  const list: Output[] = [];
  for (const [emit, path] of reading.emits) {
    const named = path ?? reading.output;
    if (named === "-") return uncacheable("stdout-output", `--emit ${emit}=-`);
    if (named !== undefined && /^$|\/$|^\/(?:dev|proc)\//.test(named)) {
      return uncacheable("special-output", named);
    }
    if (isCode(emit) && mayHaveUnits(reading)) continue;
    if (emit === "link") list.push(...linkedOutputs(reading, { folder, stem, named }));
    else {
      const prefix = emit === "metadata" ? "lib" : "";
      list.push(output(ROLES[emit], named ?? `${folder}${prefix}${stem}${SUFFIX[emit]}`));
    }
  }
  return { kind: "outputs", list, isLinked: isLinked(reading) };
}

function linkedOutputs(
  reading: CrateReading,
  names: { readonly folder: string; readonly stem: string; readonly named: string | undefined },
): Output[] {
  const types: readonly CrateType[] = reading.isTest ? ["bin"] : reading.crateTypes;
  return types.map((type) => {
    const [role, prefix, suffix] = LINKED[type];
    return output(role, names.named ?? `${names.folder}${prefix}${names.stem}${suffix}`);
  });
}

/** Whether code is emitted to a file for each unit of code generation, if there are several. */
export function emitsUnits(reading: CrateReading): boolean {
  return mayHaveUnits(reading) && [...reading.emits.keys()].some(isCode);
}

function mayHaveUnits({ hasCodegenUnits, incremental }: CrateReading): boolean {
  return hasCodegenUnits || incremental !== undefined;
}

function isCode(emit: Emit): boolean {
  return ["asm", "llvm-bc", "llvm-ir", "obj"].includes(emit);
}

/** Whether nothing is made whose name depends on the target. */
function makesOnlyCrates({ emits, isTest, crateTypes }: CrateReading): boolean {
  return !emits.has("link") || !isTest && crateTypes.every((type) => type === "lib" || type === "rlib");
}

/** Metadata alone never needs the linker, nor do archives. */
function isLinked(reading: CrateReading): boolean {
  if (!reading.emits.has("link")) return false;
  if (reading.isTest) return true;
  return reading.crateTypes.some((type) => !["lib", "rlib", "staticlib"].includes(type));
}

function output(role: Role, path: string): Output {
  const writtenInto = WRITTEN_INTO.has(role);
  return { role, path, required: true, ...(writtenInto ? { writtenInto } : {}) };
}
