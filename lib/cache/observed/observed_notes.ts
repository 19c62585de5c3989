import { err, ok, type Result } from "../../core/mod.ts";
import type { NotKept } from "../ingest.ts";
import { FACT, type Note } from "./observation.ts";
import type { ObservedUnit } from "./observed_unit.ts";
import { folderOf, nameOf, type Paths } from "../paths.ts";
import { presenceLine } from "./world.ts";

/** What a run looked at. */
export interface ObservedInput {
  /** Normalised, absolute. */
  readonly path: string;
  /** As an entry keeps it. */
  readonly spelled: string;
  /** Bits of `FACT`. */
  readonly facts: number;
}

/** What a run made: where, as a result keeps that, and what it left there. */
export interface ObservedOutput {
  readonly path: string;
  readonly spelled: string;
  readonly left: Note["left"];
}

/** What a run read and what it made, sorted from the notes. */
export interface Sorted {
  readonly inputs: readonly ObservedInput[];
  readonly outputs: readonly ObservedOutput[];
  /** Names of files that came and went during the run. */
  readonly passing: readonly string[];
  /** Lines about what the run looked for before it made it. */
  readonly presences: readonly string[];
}

/** What the machine itself shows there is no content; devices are no files, but a disk in memory holds some. */
const MACHINE = /^\/(?:proc|sys|dev(?!\/shm\/))(?:\/|$)/;
/** Files by the way of a process: which ones these are depends on who asks. */
const THROUGH_PROCESS = /^\/(?:proc\/[^/]+\/(?:task\/[^/]+\/)?(?:cwd|root|fd\/\d+)|dev\/fd\/\d+)\/./;
/** Compiled copies that Python makes beside its sources, and checks against them. */
const PYTHON_CACHE = /\/__pycache__(?:\/|$)/;

/** Sorts what the observer noted, in the order in which it first came by each spelling; the error is a change that no result can stand for. */
export function sortNotes(unit: ObservedUnit, notes: readonly Note[], paths: Paths): Result<Sorted, NotKept> {
  const own = notes.filter((note) => (note.facts & FACT.written) !== 0);
  const isBelowMade = belowAny(
    new Set(
      own.filter(({ left }) => left.kind === "folder" || left.kind === "nothing").map(({ path }) => path),
    ),
  );
  const inputs: ObservedInput[] = [];
  const outputs: ObservedOutput[] = [];
  const passing: string[] = [];
  const presences: string[] = [];
  const { changes } = unit;
  // a linker looks for its output by the shortest way, and makes it by the one that it was given
  const replaced = new Set(
    own.map((note) => paths.resolve("/", note.path)).filter((path) => changes.get(path) === "replaced"),
  );
  // what the run had made before it came there by another spelling
  const ownPaths = new Set<string>();
  for (const note of notes) {
    const { facts, left } = note;
    if (THROUGH_PROCESS.test(note.path)) return err({ reason: "not-observed", detail: note.path });
    const isOurs = (facts & FACT.written) === 0 && isBelowMade(note.path);
    if (isNoFile(note.path) || isOurs) continue;
    const path = paths.resolve("/", note.path);
    if (unit.disregards(path)) continue;
    const makes = (facts & (FACT.written | FACT.updated)) !== 0;
    if (!makes && (ownPaths.has(path) || replaced.has(path))) continue;
    if (facts === FACT.written) ownPaths.add(path);
    const changed = changes.get(path);
    const spelled = spelledFrom(unit, path, note.path);
    if (makes) {
      const looked = (facts & FACT.updated) !== 0 ||
        (facts & FACT.read) !== 0 && (facts & FACT.removed) !== 0;
      if (looked && changed === undefined) return err({ reason: "input-rewritten", detail: path });
      if (left.kind === "other") return err({ reason: "special-output", detail: path });
      const looks = FACT.looked | FACT.read | FACT.linkRead;
      if ((facts & looks) !== 0 && changed === undefined) {
        presences.push(presenceLine(path, (facts & (FACT.wasThere | FACT.removed)) !== 0));
      }
      if (left.kind === "nothing") passing.push(nameOf(path));
      else outputs.push({ path, spelled, left });
    } else if ((facts & FACT.removed) !== 0) {
      return err({ reason: "input-rewritten", detail: path });
    } else if (changed !== "updated" && !unit.parsedFrom.has(path) && !unit.rejects(path)) {
      inputs.push({ path, spelled, facts });
    }
  }
  return ok({ inputs, outputs, passing, presences });
}

/** Whether nothing at a path is an input: it shows the machine, or is a copy that is checked. */
export function isNoFile(path: string): boolean {
  return MACHINE.test(path) || PYTHON_CACHE.test(path);
}

/** Tells what is below any of some folders; most paths are in folders that others were in. */
function belowAny(folders: ReadonlySet<string>): (path: string) => boolean {
  if (folders.size === 0) return () => false;
  const known = new Map([["/", false]]);
  const isIn = (folder: string): boolean => {
    let is = known.get(folder);
    if (is === undefined) known.set(folder, is = folders.has(folder) || isIn(folderOf(folder)));
    return is;
  };
  return (path) => isIn(folderOf(path));
}

/**
 * A path as it is kept: relative where it begins in the caller's folder, else by its root's name where results are shared; as
 * the tool spelled it where `..` may mean another path later.
 */
function spelledFrom({ cwd, roots }: ObservedUnit, path: string, raw: string): string {
  const kept = raw.includes("/..") ? raw : path;
  return kept.startsWith(`${cwd}/`) ? kept.slice(cwd.length + 1) : roots?.toCommon(kept) ?? kept;
}
