import { digestText, err, MADE_ANEW, NEW_TEXT, ok, type Result } from "../../core/mod.ts";
import type { FileView } from "../../files/mod.ts";
import type { OfferedFile, Store } from "../../store/mod.ts";
import type { Unshared } from "../../tools/mod.ts";
import { aloneContext, shareProduced } from "../checkouts/common_result.ts";
import { type Filed, type Finished, type NotKept } from "../ingest.ts";
import { type LateOutputs, lateOutputsOf, OVERWRITTEN } from "../late_copy.ts";
import { type Observation, readObservation } from "./observation.ts";
import { type ObservedOutput, type Sorted, sortNotes } from "./observed_notes.ts";
import { type ObservedRun, roleOf } from "./observed_unit.ts";
import { type World, worldOf } from "./observed_world.ts";
import type { Paths } from "../paths.ts";
import { unsharedPaths } from "./unshared_paths.ts";

/** File types in `StoredFile.mode`; a plain file has none. */
const TYPE_BITS = 0o170000;
const LINK_MODE = 0o120000;
const FOLDER_MODE = 0o040000;

/** Files what an observed run read and made, if all of it is known and nothing changed meanwhile. The run's folder is left to the caller. */
export async function keepObserved(
  run: ObservedRun,
  finished: Finished,
  { view, store, paths }: { readonly view: FileView; readonly store: Store; readonly paths: Paths },
): Promise<Result<Filed, NotKept>> {
  const refused = refusalOf(run, finished);
  if (refused !== undefined) return err(refused);
  view.barrier();
  if (!run.unit.isCurrent(view)) return err({ reason: "toolchain-changed" });
  const observation = readObservation(run.folder);
  if (!observation.ok) return err({ reason: "not-observed", detail: observation.error });
  const doubt = doubtOf(observation.value);
  if (doubt !== undefined) return err(doubt);
  const sorted = sortNotes(run.unit, observation.value.notes, paths);
  if (!sorted.ok) return sorted;
  const lost = sorted.value.outputs.find(({ left }) =>
    left.kind === "file" && finished.outputs[left.index] === undefined
  );
  if (lost !== undefined) return err({ reason: "special-output", detail: lost.path });
  const random = quotedIn(finished, sorted.value.passing);
  if (random !== undefined) return err({ reason: "random", detail: random });
  const world = await worldOf(run, sorted.value, view);
  if (!world.ok) return world;
  // what the run made may be what it had found missing: then the entry doesn't hold right after
  const namesAsOf = sorted.value.presences.length > 0 ? -1 : view.namesGeneration;
  const alone = run.unit.roots && run.unit.staysAlone();
  const belied = run.witness.belied();
  if (belied !== undefined) return err({ reason: "input-changed-during-run", detail: belied });
  const late = await lateOutputsOf(finished);
  if (late === undefined) return err(OVERWRITTEN);
  const filed = await file({ run, finished, late, sorted: sorted.value, world: world.value, alone }, store);
  return filed.ok ? ok({ ...filed.value, namesAsOf }) : filed;
}

async function file(
  { run, finished, late, sorted, world, alone: told }: {
    readonly run: ObservedRun;
    readonly finished: Finished;
    readonly late: LateOutputs;
    readonly sorted: Sorted;
    readonly world: World;
    /** Why it stays with its checkout, where that is known already. */
    readonly alone: Unshared | undefined;
  },
  store: Store,
): Promise<Result<Omit<Filed, "namesAsOf">, NotKept>> {
  const { roots, cwd } = run.unit;
  const { family } = run.unit.plan;
  const { stdout, stderr, exit, toolMs } = finished;
  const produced = { stdout, stderr, files: offersOf(run, sorted.outputs, late) };
  const alone = roots &&
    (told ?? unsharedPaths({ roots, cwd }, sorted, { ...world, files: produced.files }));
  // but for rustc's, messages are never rewritten: where they name a path, the result stays with its checkout
  const wraps = family !== "rustc";
  const how = { roots, family, folder: run.folder, wraps, inputs: () => [], alone };
  const { unshared, files, ...said } = shareProduced(how, produced);
  const context = unshared === undefined ? run.context : aloneContext(run.context, roots!);
  const result = digestText([context, ...world.found.flat(), ...world.passedOver].join("\0"));
  if (!await store.put(result, { exit, ...said, toolMs }, files)) {
    return err({ reason: "store-fault" });
  }
  const entry = store.addEntry(context, { ...world, result });
  return entry === undefined ? err({ reason: "store-fault" }) : ok({ entry, unshared });
}

/** The outputs as files that the store can take over. */
function offersOf(run: ObservedRun, outputs: readonly ObservedOutput[], late: LateOutputs): OfferedFile[] {
  const offers: OfferedFile[] = [];
  for (const { path, spelled, left } of outputs) {
    const role = roleOf(spelled);
    if (left.kind === "file") {
      const digest = late.get(left.index)?.digest;
      offers.push({
        role,
        mode: modeOf(run, path, left.mode),
        source: `${run.folder}/${left.index}`,
        digest,
      });
      continue;
    }
    if (left.kind !== "link" && left.kind !== "folder") continue;
    const source = `${run.folder}/made-${offers.length}`;
    Deno.writeTextFileSync(source, left.kind === "link" ? left.target : "");
    const mode = left.kind === "link" ? LINK_MODE | 0o777 : FOLDER_MODE | left.mode;
    offers.push({ role, mode, source });
  }
  // a folder before what is in it
  return offers.sort((a, b) =>
    Number(isFolder(b.mode)) - Number(isFolder(a.mode)) || (a.role < b.role ? -1 : 1)
  );
}

/** Of a plain file. What a run changes or adds to is lost if the older one is given up and the new one can't be had. */
function modeOf({ unit }: ObservedRun, path: string, mode: number): number {
  const how = unit.writesInto(path) ? NEW_TEXT : MADE_ANEW | mode;
  return unit.plan.updates.length > 0 ? how & ~MADE_ANEW : how;
}

function isFolder(mode: number): boolean {
  return (mode & TYPE_BITS) === FOLDER_MODE;
}

function refusalOf({ unit }: ObservedRun, finished: Finished): NotKept | undefined {
  if (finished.exit < 0) return { reason: "tool-signalled" };
  if (finished.exit !== 0 && (unit.plan.keeps === "success" || isMomentary(finished))) {
    return { reason: "tool-failed" };
  }
  return finished.truncated ? { reason: "too-large" } : undefined;
}

/**
 * What tools say when not their input is at fault but the machine at this moment: the system refused something (but for a
 * file that isn't there, which is known), a part of them broke down or was killed.
 */
const MOMENTARY =
  /\(os error (?!2\))\d+\)|not writeable|No space left on device|LLVM ERROR|linking with .* failed|panicked at/;

/** Whether a failure may be none the next time, though nothing that was read has changed. */
function isMomentary({ stderr }: Finished): boolean {
  return MOMENTARY.test(new TextDecoder().decode(stderr));
}

const DOUBTS: Readonly<Record<string, NotKept>> = {
  u: { reason: "not-observed", detail: "the kernel has no listener for system calls" },
  a: { reason: "not-observed", detail: "a program of another architecture ran" },
  f: { reason: "not-observed", detail: "a folder was moved, or what names mean was changed" },
  b: { reason: "not-observed", detail: "a process stayed in the background" },
  l: { reason: "too-large", detail: "too many files" },
  i: { reason: "stdin-source" },
  n: { reason: "spoke-to-others" },
};

function doubtOf({ doubts }: Observation): NotKept | undefined {
  return doubts === "" ? undefined : DOUBTS[doubts[0]!] ?? { reason: "not-observed" };
}

/** A passing file's name that a message quotes: the next run would say another. */
function quotedIn({ stdout, stderr }: Finished, names: readonly string[]): string | undefined {
  if (names.length === 0 || stdout.length + stderr.length === 0) return undefined;
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  return names.find((name) => said.includes(name));
}
