import { VERSION } from "../lib/core/mod.ts";

const HELP = `zccache-fp ${VERSION}: fingerprints of file sets

This release installs the program, but has no fingerprints yet: only --help and --version work.
`;

/** The command line of `zccache-fp`; writes nothing itself. */
export function runFp(args: readonly string[]): { exit: number; stdout: string; stderr: string } {
  const [word] = args;
  if (word === "--version" || word === "-V") {
    return { exit: 0, stdout: `zccache-fp ${VERSION}\n`, stderr: "" };
  }
  if (word === "--help" || word === "-h") return { exit: 0, stdout: HELP, stderr: "" };
  return {
    exit: 2,
    stdout: "",
    stderr: `error: this release has no fingerprints yet\nMore:  zccache-fp --help\n`,
  };
}
