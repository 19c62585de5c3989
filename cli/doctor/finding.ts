import type { Settings } from "../../lib/core/mod.ts";

/** How bad something is: `problem` = zccache doesn't work as it should, `warning` = it works worse than it could. */
export type Level = "ok" | "note" | "warning" | "problem";

/** What a check found. */
export interface Finding {
  /** The check's stable name. */
  readonly check: string;
  readonly level: Level;
  /** A sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly settings: Settings;
  /** The caller's folder. */
  readonly cwd: string;
  env(name: string): string | undefined;
  /** The executable by which this installation is called; undefined when it runs from its sources. */
  readonly ownProgram: string | undefined;
}

/** Looks at one thing; may say several things about it. */
export type Check = (patient: Patient) => Promise<readonly Finding[]> | readonly Finding[];

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (text: string): Finding => ({ check, level: "ok", text }),
    note: (text: string, remedy?: string): Finding => ({
      check,
      level: "note",
      text,
      ...(remedy === undefined ? {} : { remedy }),
    }),
    warning: (text: string, remedy: string): Finding => ({ check, level: "warning", text, remedy }),
    problem: (text: string, remedy: string): Finding => ({ check, level: "problem", text, remedy }),
  };
}
