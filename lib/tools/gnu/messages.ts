import type { Call } from "../tool.ts";
import type { Reading } from "./reading.ts";

/**
 * Options that make the compiler format its messages for the caller's terminal while it writes into a pipe. None if
 * the caller has no terminal or has decided for itself. gcc's hyperlinks and the cutting of long source lines at the
 * terminal's width are lost: older versions know no option that asks for them.
 */
export function messageOptions(reading: Reading, call: Call): readonly string[] {
  if (!call.terminal.stderr) return [];
  const options: string[] = [];
  if (reading.colour === "auto" && hasColours(reading, call.env)) {
    options.push(reading.family === "gcc" ? "-fdiagnostics-color=always" : "-fcolor-diagnostics");
  }
  if (reading.family === "clang" && !reading.messageLength) {
    // clang asks the environment only, not the terminal.
    const columns = Number(call.env.get("COLUMNS") ?? "");
    if (Number.isInteger(columns) && columns > 0) options.push(`-fmessage-length=${columns}`);
  }
  return options;
}

function hasColours(reading: Reading, env: ReadonlyMap<string, string>): boolean {
  const term = env.get("TERM") ?? "";
  if (term === "" || term === "dumb") return false;
  return reading.family !== "gcc" || env.get("GCC_COLORS") !== "";
}
