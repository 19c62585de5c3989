import type { Settings } from "../../lib/core/mod.ts";
import type { ParsedOptions } from "../command.ts";
import { isSessionId } from "./_session_text.ts";

/** Whether a daemon that is not running has left the session open: it's started again to tell of it. */
export function isOnDisk(
  { settings, options }: { readonly settings: Settings; readonly options: ParsedOptions },
): boolean {
  const id = options.operands[0] ?? "";
  if (!isSessionId(id)) return false;
  try {
    return Deno.statSync(`${settings.root}/sessions/${id}.json`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
