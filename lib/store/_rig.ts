import { openStore, type StoreOptions } from "./open_store.ts";
import type { Store } from "./store.ts";

/** A root of its own, gone at the end; opens stores on it, one after the other. */
export interface Rig extends AsyncDisposable {
  readonly root: string;
  readonly tmp: string;
  /** What was logged so far. */
  readonly lines: string[];
  /** The clock, in milliseconds. */
  clock: number;
  open(options?: Partial<StoreOptions>): Promise<Store>;
}

/** Makes a rig. */
export async function makeRig(): Promise<Rig> {
  const root = await Deno.makeTempDir();
  const lines: string[] = [];
  const rig: Rig = {
    root,
    tmp: `${root}/tmp`,
    lines,
    clock: Date.now(),
    open: (options) =>
      openStore({
        root,
        budget: { bytes: 1e9 },
        now: () => rig.clock,
        log: (line) => void lines.push(line),
        ...options,
      }),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
  return rig;
}
