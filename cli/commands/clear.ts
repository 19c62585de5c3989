import type { ClearReport } from "../../lib/core/mod.ts";
import { type Command, printed, said } from "../command.ts";
import { formatBytes } from "../format.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES } from "./_options.ts";

/** `zccache clear`. */
export const clearCommand: Command = {
  name: "clear",
  aliases: ["--clear"],
  summary: "drop everything that is stored",
  about: [
    "Drops all stored results and what is known of commands and files, and sets the counters of status back to 0. It " +
    "is safe while builds run: they compile again. Journals stay. Without a running daemon nothing is touched.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [ENDPOINT_OPTION],
  examples: [["zccache clear", "drop it all"]],
  exits: [[0, "cleared, or no daemon is running"], [1, "the store could not be emptied"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: async ({ daemon, settings }) => {
    if (daemon === undefined) {
      return said(0, `daemon not running at ${settings.endpoint} — nothing to clear\n`);
    }
    return printed(clearText(await daemon.clear()));
  },
};

function clearText(report: ClearReport): string {
  return [
    "Cache cleared:\n",
    `  Artifacts removed:  ${report.results}\n`,
    `  Files removed:      ${report.files}\n`,
    `  Dep graph entries:  ${report.entries}\n`,
    report.bytes > 0 ? `  Disk freed:         ${formatBytes(report.bytes)}\n` : "",
  ].join("");
}
