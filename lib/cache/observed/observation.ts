import { err, ok, type Result } from "../../core/mod.ts";

/** What became of a path in an observed run; the numbers of launcher/observe/observe.h. */
export const FACT = {
  looked: 1,
  read: 2,
  listed: 4,
  written: 8,
  updated: 16,
  removed: 32,
  linkRead: 64,
  executed: 128,
  wasThere: 256,
} as const;

/** What a run left at a path that it wrote to. */
export type Left =
  | { readonly kind: "nothing" }
  | { readonly kind: "file"; readonly mode: number; readonly size: number; readonly index: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly mode: number }
  | { readonly kind: "other" };

/** One path of an observed run. */
export interface Note {
  /** Absolute; links and `..` as the tool spelled them. */
  readonly path: string;
  /** Bits of `FACT`. */
  readonly facts: number;
  readonly left: Left;
}

/** What the observer wrote down. */
export interface Observation {
  /** Letters of launcher/observe/observe.h: why not all inputs are known. */
  readonly doubts: string;
  readonly notes: readonly Note[];
}

/** Name of the observer's log in a run's folder. */
export const OBSERVATION = "observed";

/** More than the observer writes. */
const MOST_BYTES = 128 * 1024 * 1024;

const HEAD = /^zccache-observed 1 (?:kept|failed) ([a-z]*)$/;
const LEFT = /^(\d+) ([-fldx]) (\d+) (\d+) (\d+) (.*)$/s;

/** Reads the log of a run; the error says what is wrong with it. A path that is not UTF-8 makes it unreadable. */
export function readObservation(folder: string): Result<Observation, string> {
  const text = readText(`${folder}/${OBSERVATION}`);
  if (text === undefined) return err("the observer left no log");
  const [head, ...records] = text.split("\0");
  const doubts = HEAD.exec(head ?? "")?.[1];
  if (doubts === undefined || records.length % 2 !== 1) return err("the observer's log is torn");
  const notes: Note[] = [];
  for (let i = 0; i + 1 < records.length; i += 2) {
    const note = noteOf(records[i]!, records[i + 1]!);
    if (note === undefined) return err("the observer's log can't be understood");
    notes.push(note);
  }
  return ok({ doubts, notes });
}

function noteOf(record: string, path: string): Note | undefined {
  const match = LEFT.exec(record);
  if (match === null || !path.startsWith("/")) return undefined;
  const [, facts, kind, mode, size, index, target] = match;
  return {
    path,
    facts: Number(facts),
    left: leftOf(kind!, [Number(mode), Number(size), Number(index)], target!),
  };
}

function leftOf(kind: string, [mode, size, index]: [number, number, number], target: string): Left {
  switch (kind) {
    case "f":
      return { kind: "file", mode, size, index };
    case "l":
      return { kind: "link", target };
    case "d":
      return { kind: "folder", mode };
    case "-":
      return { kind: "nothing" };
    default:
      return { kind: "other" };
  }
}

function readText(path: string): string | undefined {
  try {
    if (Deno.statSync(path).size > MOST_BYTES) return undefined;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return undefined;
    throw error;
  }
}
