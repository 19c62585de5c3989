import { includedName } from "../core/mod.ts";

/** What is known of a header by its content. */
export interface HeaderFacts {
  /** `#pragma GCC system_header`, or a line marker that says so. */
  readonly systemHeaderPragma: boolean;
  /** `#include MACRO`. */
  readonly computedInclude: boolean;
  /** Literal include operands, as `ContentFacts` has them. */
  readonly includes: readonly string[];
}

/** What decides which prerequisites the compiler took for system headers. Folders and paths are as the compiler spells them. */
export interface HeaderEvidence {
  readonly source: string;
  /** Other files that the plan knows (`Plan.inputs`): clang lists some of them before the source. */
  readonly inputs: readonly string[];
  readonly forcedIncludes: readonly string[];
  /** -iquote and -I folders, those of CPATH among them. */
  readonly userFolders: readonly string[];
  /** -isystem, the compiler's own and -idirafter. */
  readonly systemFolders: readonly string[];
  /** The path, made absolute, without links. */
  realPath(path: string): string;
  facts(path: string): HeaderFacts | undefined;
}

/**
 * Tells the system headers among the prerequisites of a full depfile: those found in a system folder, or included by
 * such a header, as gcc and clang see it.
 *
 * @return the paths of the system headers, or undefined where paths and contents don't prove it
 */
export function systemHeaders(
  prerequisites: readonly string[],
  evidence: HeaderEvidence,
): ReadonlySet<string> | undefined {
  const start = prerequisites.indexOf(evidence.source);
  if (start < 0) return undefined;
  // clang lists special-case lists before the source: the user's own always, its own with the system headers.
  const system = new Set(prerequisites.slice(0, start).filter((path) => !evidence.inputs.includes(path)));
  const headers = prerequisites.slice(start + 1);
  if (headers.some((path) => path.endsWith(".gch") || path.endsWith(".pch"))) return undefined;

  const folders = new Folders(evidence);
  for (const path of headers) {
    const found = evidence.forcedIncludes.includes(path) ? false : folders.isSystem(path);
    if (found === undefined) return undefined;
    if (found) system.add(path);
    else folders.addUserFile(path);
  }
  const user = headers.filter((path) => !system.has(path));
  // A folder that only a later header brings in may still make an earlier one doubtful.
  if (
    headers.some((path) => !evidence.forcedIncludes.includes(path) && folders.isSystem(path) === undefined)
  ) {
    return undefined;
  }
  return inheritsNothing(headers, { user, system }, evidence) ? system : undefined;
}

/** Which folder a header may have been found in. */
class Folders {
  readonly #evidence: HeaderEvidence;
  readonly #user = new Set<string>();
  readonly #system: ReadonlySet<string>;

  constructor(evidence: HeaderEvidence) {
    this.#evidence = evidence;
    this.#system = new Set(evidence.systemFolders.map((folder) => evidence.realPath(folder)));
    for (const folder of evidence.userFolders) this.#user.add(evidence.realPath(folder));
    this.addUserFile(evidence.source);
  }

  /** `#include "x"` looks beside the file that has it. */
  addUserFile(path: string): void {
    const slash = path.lastIndexOf("/");
    this.#user.add(this.#evidence.realPath(slash < 0 ? "." : path.slice(0, slash) || "/"));
  }

  /** Undefined if both kinds of folders, or none, hold it. */
  isSystem(path: string): boolean | undefined {
    const real = this.#evidence.realPath(path);
    const slash = path.lastIndexOf("/");
    const spelled = slash < 0
      ? real
      : this.#evidence.realPath(path.slice(0, slash) || "/") + path.slice(slash);
    const inSystem = isBelow(spelled, this.#system) || isBelow(real, this.#system);
    const inUser = isBelow(spelled, this.#user) || isBelow(real, this.#user);
    return inSystem === inUser ? undefined : inSystem;
  }
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path.lastIndexOf("/"); at >= 0; at = at === 0 ? -1 : path.lastIndexOf("/", at - 1)) {
    if (folders.has(path.slice(0, at) || "/")) return true;
  }
  return false;
}

/** Whether no header of the user's can have become a system header by what includes it. */
function inheritsNothing(
  headers: readonly string[],
  classes: { readonly user: readonly string[]; readonly system: ReadonlySet<string> },
  evidence: HeaderEvidence,
): boolean {
  for (const path of [evidence.source, ...classes.user]) {
    if (evidence.facts(path)?.systemHeaderPragma !== false) return false;
  }
  if (classes.user.length === 0) return true;
  const names = new Set(classes.user.map((path) => path.slice(path.lastIndexOf("/") + 1)));
  for (const path of headers) {
    if (!classes.system.has(path)) continue;
    const facts = evidence.facts(path);
    if (facts === undefined || facts.computedInclude) return false;
    if (facts.includes.some((operand) => names.has(includedName(operand)))) return false;
  }
  return true;
}
