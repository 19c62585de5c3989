import type { Difference, Digest } from "../../core/mod.ts";

/** Where answers survive a restart. */
export interface Notes {
  note(name: string): string | undefined;
  setNote(name: string, value: string): void;
}

/** What is kept of an identified toolchain. */
export interface KeptToolchain {
  readonly files: readonly (readonly [path: string, content: string])[];
  readonly absent: readonly string[];
  /** Folders whose names count, and these; null where there is no folder. Earlier versions didn't keep it. */
  readonly listed?: readonly (readonly [folder: string, names: string | null])[];
  /** Folders that its paths climb out of, and where these lead; null where nothing is. Earlier versions didn't keep it. */
  readonly leading?: readonly (readonly [path: string, real: string | null])[];
  /** What stood before its programs and could not be run. Earlier versions didn't keep it. */
  readonly idle?: readonly string[];
  readonly folders: readonly string[];
  readonly version: string;
  readonly identity: string;
}

/** The toolchain that answered a question last. */
export function keptToolchain(notes: Notes, question: string): KeptToolchain | undefined {
  return read(notes, `toolchain:${question}`);
}

/** Keeps a toolchain as the answer to a question, and under its identity to be compared with later ones. */
export function keepToolchain(notes: Notes, question: string, toolchain: KeptToolchain): void {
  const text = JSON.stringify(toolchain);
  notes.setNote(`toolchain:${question}`, text);
  notes.setNote(`tool:${toolchain.identity}`, text);
}

/** Which programs, libraries and configuration differ between two toolchains; never empty. */
export function comparePrograms(notes: Notes, was: Digest, now: Digest): Difference[] {
  const [before, after] = [read(notes, `tool:${was}`), read(notes, `tool:${now}`)];
  if (before === undefined || after === undefined) return [{ kind: "program", was, now }];
  const versions: Difference[] = before.version === after.version
    ? []
    : [{ kind: "program", was: before.version, now: after.version }];
  const [old, fresh] = [new Map(before.files), new Map(after.files)];
  const files = [...new Set([...old.keys(), ...fresh.keys()])].filter((path) =>
    old.get(path) !== fresh.get(path)
  );
  const differences = files.map((name): Difference => ({
    kind: "program",
    name,
    ...contents(old, fresh, name),
  }));
  return versions.length + differences.length > 0
    ? [...versions, ...differences]
    : [{ kind: "program", was: before.folders.join(" "), now: after.folders.join(" ") }];
}

function contents(
  old: Map<string, string>,
  fresh: Map<string, string>,
  path: string,
): { was?: string; now?: string } {
  const [was, now] = [old.get(path), fresh.get(path)];
  return {
    ...(was === undefined ? {} : { was: was.slice(0, 12) }),
    ...(now === undefined ? {} : { now: now.slice(0, 12) }),
  };
}

function read(notes: Notes, name: string): KeptToolchain | undefined {
  const text = notes.note(name);
  return text === undefined ? undefined : JSON.parse(text) as KeptToolchain;
}
