import type { Rig } from "./scenario.ts";

/** What follows the last request takes until then: write-behind, housekeeping (20 s), the runtime's collecting. */
const REST_MS = 30_000;

/** Waits until a daemon that has nothing to do does nothing. */
export async function pause({ effort, say }: Rig): Promise<void> {
  const restMs = effort.quick ? 1000 : REST_MS;
  say(`a pause of ${restMs / 1000} s`);
  await new Promise((done) => setTimeout(done, restMs));
}
