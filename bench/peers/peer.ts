/** What a cache says it did, since its private root was made. */
export interface Counts {
  readonly hits: number;
  readonly misses: number;
}

/** A cache at work on a private root. Disposing of it ends whatever it started. */
export interface PeerSession extends AsyncDisposable {
  readonly name: PeerName;
  /** The words that go in front of the compiler. */
  readonly prefix: readonly string[];
  /** The variables its commands need, on top of the bench's own. */
  readonly env: Readonly<Record<string, string>>;
  counts(): Promise<Counts>;
  /** Waits until what it does behind the command's back, if anything, is done. */
  settle(): Promise<void>;
  /** Empties the cache; a daemon goes on, or is there again afterwards. */
  forget(): Promise<void>;
  /** The process ids of what it keeps running; empty if it has no daemon. */
  daemons(): Promise<readonly number[]>;
  /** Ends the daemon but keeps the cache; the next command finds the root as it was left. */
  stopDaemon(): Promise<void>;
}

export type PeerName = "bare" | "zccache" | "ccache" | "sccache";

/** One of the programs that are measured side by side. */
export interface Peer {
  readonly name: PeerName;
  /** The first line of its version output; undefined if it is not installed. */
  version(): Promise<string | undefined>;
  /** Sets it up on an empty folder of its own. */
  open(root: string): Promise<PeerSession>;
}

/** What every measured command sees: nothing of the user's settings, messages in English. */
export function benchEnv(home: string): Record<string, string> {
  return { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", HOME: home, LANG: "C", TMPDIR: home };
}

/** Runs a program and gives its standard output; undefined if it can't be started or fails. */
export async function outputOf(
  words: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    const [program, ...args] = words;
    const done = await new Deno.Command(program!, {
      args,
      ...(env === undefined ? {} : { env, clearEnv: true }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    return done.success ? new TextDecoder().decode(done.stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The version line of a program, if it is there. */
export async function versionOf(program: string): Promise<string | undefined> {
  return (await outputOf([program, "--version"]))?.split("\n")[0]?.trim();
}

/** Throws `Error` if a cache could not be emptied: what is then measured as cold would not be. */
export async function emptied(said: Promise<string | undefined>): Promise<void> {
  if (await said === undefined) throw new Error("Cannot empty a cache");
}
