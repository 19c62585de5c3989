import { statfsSync } from "node:fs";
import { MAX_FILES, type RunReply } from "../../lib/protocol/mod.ts";

/** Less than this on the cache's volume, and what the tool shall write there for us may not fit. */
const ROOM_BYTES = 1024 * 1024;

/** More than the observer lists. */
const MOST_LIST_BYTES = 8 * 1024 * 1024;

/** Whether the tool can write into the cache's folder what the plan adds to its command. */
export function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES && (files === 0 || ffree > 0);
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** A copy of an output: its size, and the mode that the tool gave it. */
export interface Snapshot {
  readonly size: number;
  readonly mode: number;
}

/**
 * Copies what the tool wrote to `FOLDER/0`, `FOLDER/1` …, before anybody who waits for us can change it. Undefined for
 * an output that is no plain file or can't be copied.
 */
export function snapshotAll(outputs: readonly string[], folder: string): readonly (Snapshot | undefined)[] {
  return outputs.map((output, index) => snapshot(output, `${folder}/${index}`));
}

/** The outputs of a run; those that the observer of one found, where the daemon couldn't name them. */
export function listedOutputs(
  { outputs, snapshot }: Pick<RunReply, "outputs" | "snapshot">,
): readonly string[] {
  if (outputs.length > 0) return outputs;
  try {
    if (Deno.statSync(`${snapshot}/outputs`).size > MOST_LIST_BYTES) return [];
    return Deno.readTextFileSync(`${snapshot}/outputs`).split("\0", MAX_FILES + 1).slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function snapshot(output: string, copy: string): Snapshot | undefined {
  try {
    const { isFile, mode } = Deno.lstatSync(output);
    if (!isFile || mode === null) return undefined;
    Deno.copyFileSync(output, copy);
    Deno.chmodSync(copy, 0o600);
    return { size: Deno.statSync(copy).size, mode: mode & 0o7777 };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
