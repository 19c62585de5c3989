import type { Explanation } from "../lib/core/mod.ts";
import type { Job, Run } from "../lib/cache/mod.ts";

/** Whether the launcher is to wait until what its tool read was looked at; after an edit, nobody cleans up. */
export function isFleeting({ fleeting }: Pick<Job, "fleeting">, why: Pick<Explanation, "reason">): boolean {
  return fleeting === "always" || (fleeting === "at-first" && why.reason !== "input-changed");
}

/** What tools read that have ended, and is still being looked at. */
export class Looks {
  readonly #open = new Set<Promise<void>>();

  /** The result of a run begins to be filed. */
  begin({ witness }: Pick<Run, "witness">, filing: Promise<void>): void {
    const look = witness === undefined ? filing : Promise.race([filing, witness.done]);
    this.#open.add(look);
    void look.finally(() => this.#open.delete(look));
  }

  /** Waits for those that have begun. */
  async done(): Promise<void> {
    await Promise.all(this.#open);
  }
}
