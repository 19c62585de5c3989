/** A path that a program looked up, whether or not anything was there. */
export interface LookedUp {
  /** Absolute, as the program spelled it. */
  readonly path: string;
  /** Whether it is a folder of which it asked for all names. */
  readonly listed: boolean;
}

/** What a program said. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  /** What it looked up meanwhile, if that was asked for and can be known. */
  readonly looked?: readonly LookedUp[];
}

/** Where a program is run, and whether what it looks up is to be known. */
export interface AskContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly observed?: boolean;
}

/** How a program is run for its answers; undefined if it can't be run. */
export type Ask = (
  program: string,
  args: readonly string[],
  context: AskContext,
) => Promise<Said | undefined>;
