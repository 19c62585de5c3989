import { digestBytes, textOfUtf8 } from "../core/mod.ts";
import type { FileView } from "../files/mod.ts";

/** How often a file that is being written is read again before it counts as unreadable. */
const ATTEMPTS = 3;

/** Largest text that the parser reads (a response file, a wrapper script), in bytes. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/**
 * Reads a text such that the view tracks exactly what was read: a later change of the file is then a change to the
 * view. Undefined if the file can't be read, is too large or is not UTF-8.
 */
export function readTrackedText(view: FileView, path: string): string | undefined {
  const id = view.track(path);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const state = view.state(id);
    const bytes = readBytes(path);
    if (bytes === undefined) return undefined;
    if (digestBytes(bytes) === state) return textOfUtf8(bytes);
    view.barrier();
  }
  return undefined;
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    if (Deno.statSync(path).size > MAX_TEXT_BYTES) return undefined;
    return Deno.readFileSync(path);
  } catch (error) {
    // whatever keeps us from reading it, the tool will meet and report
    if (error instanceof Error) return undefined;
    throw error;
  }
}
