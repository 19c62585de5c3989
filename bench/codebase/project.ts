import type { Ended } from "../measure/spawner.ts";
import type { PeerSession } from "../peers/peer.ts";

/** What one build of a project came to. */
export interface BuildResult {
  readonly wallMs: number;
  /** Each compile, where the project's build starts them one by one. */
  readonly each: readonly Ended[];
  /** A folder with everything that was built, to be compared. */
  readonly outputs: string;
}

/** How a build is run. */
export interface BuildOptions {
  /** What stands in front of the compiler. */
  readonly session: PeerSession;
  /** Where `outputs` goes; replaced if it exists. */
  readonly keepAt: string;
  readonly jobs: number;
  /** Called with the share that is done, 0 to 1. */
  readonly progress: (share: number) => void;
}

/** Something that can be built again and again, from nothing each time and at the same place. */
export interface Project {
  readonly title: string;
  /** How it is built, in a few words. */
  readonly manner: string;
  build(options: BuildOptions): Promise<BuildResult>;
}

/** What a project needs to work in. */
export interface Workshop {
  /** A folder of its own; may be filled and is removed afterwards. */
  readonly folder: string;
  readonly compilers: { readonly c: string; readonly cxx: string };
}

/** Moves a build's result out of the way of the next one. */
export async function keep(from: string, to: string): Promise<void> {
  await remove(to);
  await Deno.rename(from, to);
}

/** Removes a folder with all that is in it, if it is there. */
export async function remove(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
