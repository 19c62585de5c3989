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
