/** What the daemon let go of below a folder. */
export interface ReleaseReport {
  /** Sessions that were open. */
  readonly inspected: number;
  /** Ids of those that worked below the folder, or wrote their journal or log there: they were ended. */
  readonly sessionsDropped: readonly string[];
  /** How many files and folders below it are no longer followed. */
  readonly files: number;
  /** Folders below it in which a tool was running: it may have files open there. */
  readonly unreleased: readonly string[];
}
