/** What the journal says of a command, whatever became of it and whoever asked. */
export interface JournalCall {
  /** The program, as an absolute path where it's known. */
  readonly compiler: string;
  /** Arguments as given, response files not expanded. */
  readonly args: Iterable<string>;
  readonly cwd: string;
  /** Build variables of the allow-list that were set. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** The main input as the command names it; absent where the command wasn't understood. */
  readonly source?: string | undefined;
  /** The main output as the command names it. */
  readonly output?: string | undefined;
}
